import type { z } from 'zod'
import { mapInTurns } from '../../platform/turns.ts'

/** The entries of a list that are valid. */
export const validOnes = <T extends z.ZodType>(schema: T, entries: readonly unknown[]): readonly z.infer<T>[] =>
  entries.map((entry) => schema.safeParse(entry)).flatMap(({ success, data }) => (success ? [data] : []))

/** For thousands of entries. */
export const validOnesInTurns = async <T extends z.ZodType>(schema: T, entries: readonly unknown[]): Promise<readonly z.infer<T>[]> =>
  (await mapInTurns(entries, (entry) => schema.safeParse(entry))).flatMap(({ success, data }) => (success ? [data] : []))

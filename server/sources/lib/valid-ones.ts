import type { z } from 'zod'

/** The entries of a list that are valid. */
export const validOnes = <T extends z.ZodType>(schema: T, entries: readonly unknown[]): readonly z.infer<T>[] =>
  entries.map((entry) => schema.safeParse(entry)).flatMap(({ success, data }) => (success ? [data] : []))

/** `type: command` in a config. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { duration, id, map, must, named, secretsFrom, text } from '../../yaml/fields.ts'
import { commonKeys, type ConfigOf, defineEntry } from '../kind.ts'

const COMMAND_RULE = 'must be [PROGRAM, ARGUMENT, …]; there is no shell'

const schema = map({
  ...commonKeys('command'),
  command: z.tuple([text(COMMAND_RULE)], z.string(must(COMMAND_RULE)), must(COMMAND_RULE)),
  /** Undefined where the output names the account of each count. */
  account: id.optional(),
  /** `run`: the program prints and ends; `watch`: it stays and prints each change. */
  mode: z.enum(['run', 'watch'], must('must be run or watch')).default('run'),
  /** Between two runs. */
  interval: duration('100ms', '24h').default(30_000),
  /** For a run; with `watch`, until the first line. */
  timeout: duration('100ms', '1h').default(30_000),
  /** `watch`: the maximum time between two lines; undefined for no limit. */
  silence: duration('1s', '24h').optional(),
  /** Variables added to the few that are inherited. */
  env: named(z.string().regex(/^[^=\0]+$/, 'must be the name of a variable'), 'must be a map of variables').default({}),
}).superRefine(({ mode, silence }, context) => {
  if (silence === undefined || mode === 'watch') return
  context.addIssue({ code: 'custom', path: ['silence'], message: 'is for mode: watch; a program that is run has its timeout' })
})

export const commandEntry = defineEntry(schema, ({ command, account, interval, timeout, silence, env, ...rest }, { folder, name }) => {
  const [program, ...args] = command
  // A bare name is looked up on the PATH.
  const absolute: readonly string[] = [/[\\/]/.test(program) ? resolve(folder, program) : program, ...args]
  return {
    ...rest,
    name,
    command: absolute,
    account,
    /** The working directory. */
    folder,
    intervalMs: interval,
    timeoutMs: timeout,
    silenceMs: silence,
    env: secretsFrom(env, folder),
  }
})
export type CommandSourceConfig = ConfigOf<typeof commandEntry>

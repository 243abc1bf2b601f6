/** `type: command` in a config. */
import { resolve } from 'node:path'
import { z } from 'zod'
import type { CommandSourceConfig } from '../../config/types.ts'
import { duration, id, map, must, named, text } from '../../yaml/fields.ts'
import type { ResolveContext } from '../config/kind.ts'

const COMMAND_WORDS = 'must be [PROGRAM, ARGUMENT, …]; there is no shell'

export const commandSchema = map({
  type: z.literal('command'),
  name: text('must be a name').optional(),
  command: z.tuple([text(COMMAND_WORDS)], z.string(must(COMMAND_WORDS)), must(COMMAND_WORDS)),
  account: id.optional(),
  mode: z.enum(['run', 'watch'], must('must be run or watch')).default('run'),
  interval: duration('100ms', '24h').default(30_000),
  timeout: duration('100ms', '1h').default(30_000),
  silence: duration('1s', '24h').optional(),
  env: named(z.string().regex(/^[^=\0]+$/, 'must be the name of a variable'), 'must be a map of variables').default({}),
}).superRefine(({ mode, silence }, context) => {
  if (silence === undefined || mode === 'watch') return
  context.addIssue({ code: 'custom', path: ['silence'], message: 'is for mode: watch; a program that is run has its timeout' })
})

export function resolveCommand(source: z.infer<typeof commandSchema>, { folder, name }: ResolveContext): CommandSourceConfig {
  const { command, account, mode, interval, timeout, silence, env } = source
  const [program, ...args] = command
  return {
    type: 'command',
    name,
    // A bare name is looked for on the PATH.
    command: [/[\\/]/.test(program) ? resolve(folder, program) : program, ...args],
    folder,
    account,
    mode,
    intervalMs: interval,
    timeoutMs: timeout,
    silenceMs: silence,
    env: Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, value.anchoredAt(folder)])),
  }
}

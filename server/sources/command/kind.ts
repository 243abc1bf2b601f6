/** `type: command` in a config. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { duration, id, map, must, named, secretsFrom, text } from '../../yaml/fields.ts'
import { commonKeys, defineKind } from '../kind.ts'
import type { CommandSourceConfig } from './config.ts'
import { createCommandSource } from './source.ts'

const COMMAND_RULE = 'must be [PROGRAM, ARGUMENT, …]; there is no shell'

const schema = map({
  ...commonKeys('command'),
  command: z.tuple([text(COMMAND_RULE)], z.string(must(COMMAND_RULE)), must(COMMAND_RULE)),
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

export const commandKind = defineKind(schema, {
  resolve: ({ command, account, interval, timeout, silence, env, ...rest }, { folder, name }): CommandSourceConfig => {
    const [program, ...args] = command
    return {
      ...rest,
      name,
      // A bare name is looked up on the PATH.
      command: [/[\\/]/.test(program) ? resolve(folder, program) : program, ...args],
      folder,
      account,
      intervalMs: interval,
      timeoutMs: timeout,
      silenceMs: silence,
      env: secretsFrom(env, folder),
    }
  },
  create: createCommandSource,
})

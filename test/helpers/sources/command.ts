/** Programs for the command source, in JavaScript, so that they run on every platform. */
import type { CommandSourceConfig } from '../../../server/sources/command/config.ts'
import { Secret } from '../../../server/auth/secret.ts'

/** A command that runs `script`; `arg` is its `process.argv[1]`. */
export const nodeCommand = (script: string, ...args: string[]): readonly string[] => [process.execPath, '-e', script, ...args]

export function commandConfig(
  command: readonly string[],
  { env = {}, ...change }: Partial<Omit<CommandSourceConfig, 'env'>> & { readonly env?: Readonly<Record<string, string>> } = {},
): CommandSourceConfig {
  return {
    type: 'command',
    name: 'program',
    command,
    folder: process.cwd(),
    account: 'me',
    mode: 'run',
    intervalMs: 50,
    timeoutMs: 10_000,
    silenceMs: undefined,
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, new Secret({ value })])),
    ...change,
  }
}

import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../../../server/auth/secret.ts'

test('only read reveals a secret', async () => {
  const secret = new Secret({ value: 'hunter2' })
  expect(`${secret} ${JSON.stringify({ secret })} ${inspect({ secret }, { showHidden: true })}`).not.toContain('hunter2')
  expect(await secret.read()).toBe('hunter2')
})

test('a command returns its first line, without a shell', async () => {
  const secret = new Secret({ command: [process.execPath, '-e', 'console.log(process.argv[1] + "\\nmore")', '$HOME; ls'] })
  expect(await secret.read()).toBe('$HOME; ls')
})

test('a failed command is named without its arguments and output', async () => {
  const secret = new Secret({ command: [process.execPath, '-e', 'console.error("hunter2"); process.exit(3)'] })
  const error: unknown = await secret.read().catch((reason: unknown) => reason)
  expect(inspect(error)).toContain('failed (3)')
  expect(inspect(error)).not.toContain('hunter2')
})

const programPrints = (code: string) => new Secret({ command: [process.execPath, '-e', code] }).read()

test('a command that prints too much, or is killed, is named with the reason', async () => {
  await expect(programPrints('process.stdout.write("x".repeat(2e6))')).rejects.toThrow('prints too much; it must print the secret alone')
  await expect(programPrints('process.kill(process.pid, "SIGKILL")')).rejects.toThrow('failed (SIGKILL)')
})

test('a command that prompts for a password finds the end of its input', async () => {
  expect(await programPrints('process.stdin.on("end", () => console.log("no input")).resume()')).toBe('no input')
})

test('an empty source is named', async () => {
  await expect(new Secret({ env: 'MAILBELL_TEST_NOT_SET' }).read()).rejects.toThrow('MAILBELL_TEST_NOT_SET is not set')
  await expect(new Secret({ value: '\n' }).read()).rejects.toThrow('is empty')
})

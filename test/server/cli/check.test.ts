import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { useCommands } from '../../helpers/cli-folder.ts'
import { until } from '../../helpers/until.ts'

const { inFolder, mailbell, start } = useCommands()

test.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
  'a check that %s interrupts ends the programs of its sources, and then itself',
  async (signal) => {
    const [program, started] = [inFolder('count.mjs'), inFolder('pid')]
    writeFileSync(
      program,
      `import { renameSync, writeFileSync } from 'node:fs'
       writeFileSync('${started}.new', String(process.pid))
       renameSync('${started}.new', '${started}')
       setInterval(() => {}, 1000)`,
    )
    writeFileSync(
      inFolder('mailbell.yml'),
      `sources: [{ type: command, account: slow, command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(program)}] }]`,
    )
    const check = start('check')
    const pid = await until(() => (existsSync(started) ? Number(readFileSync(started, 'utf8')) : null))
    expect(await check.end(signal)).toBe(signal)
    expect(check.stdout()).toContain('failed  slow: The check was interrupted.')
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  },
)

test('a check says what is wrong, and not that it tries again', async () => {
  writeFileSync(inFolder('mailbell.yml'), 'sources: [{ type: maildir, account: kim, path: nowhere }]')
  expect((await mailbell('check')).stdout).toContain(`failed  kim: ${inFolder('nowhere')} does not exist.\n`)
})

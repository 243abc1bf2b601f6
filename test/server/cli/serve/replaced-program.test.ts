/** An update may replace the files of a program that runs, and code that it has not loaded yet is gone. */
import { cp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CLI_PATH, serveCommand } from '../../../helpers/cli.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'

test('a server whose files were replaced keeps counting, and says that it needs a restart', async () => {
  const { path, remove } = await temporaryFolder()
  onTestFinished(remove)
  const root = dirname(dirname(dirname(dirname(CLI_PATH))))
  for (const name of ['package.json', 'dist/server']) await cp(join(root, name), join(path, name), { recursive: true })
  const env = { MAILBELL_DATA_DIR: join(path, 'data') }
  const server = await serveCommand(['--port', '0', '--demo'], env, [], join(path, 'dist/server/cli/main.js'))
  onTestFinished(async () => void (await server.end()))
  await rm(join(path, 'dist'), { recursive: true })

  const authorization = `Bearer ${server.token}`
  expect((await fetch(`${server.url}/v1/accounts`, { headers: { authorization } })).status).toBe(200)
  const health = await fetch(`${server.url}/healthz`)
  expect([health.status, await health.json()]).toEqual([
    500,
    expect.objectContaining({ code: 'internal', detail: 'The files of the program were replaced or removed; restart the server.' }),
  ])
  expect(server.stderr()).toContain('replaced or removed; restart the server')
  expect(await server.end()).toBe(0)
})

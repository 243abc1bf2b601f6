import { expect, test } from 'vitest'
import { useCommands } from '../../../helpers/cli-folder.ts'
import { until } from '../../../helpers/until.ts'

const { mailbell, serve, start } = useCommands()

test.each(['SIGTERM', 'SIGKILL'] as const)('a watch follows the server of its data directory over a restart after %s', async (signal) => {
  const first = await serve()
  const watch = start('watch')
  await until(() => watch.stdout().includes('demo 2 unread'))
  await first.end(signal)
  const second = await serve()
  expect([second.url, second.token]).not.toEqual([first.url, first.token])
  await mailbell('deliver', 'demo')
  await until(() => watch.stdout().includes('demo 3 unread'), 20_000)
  expect(await watch.end()).toBe(0)
})

test('a watch goes on where a server on the same port has another token, which it has not written yet', async () => {
  const first = await serve()
  const watch = start('watch')
  await until(() => watch.stdout().includes('demo 2 unread'))
  await first.end()
  const second = await serve('--port', new URL(first.url).port)
  expect([second.url, second.token === first.token]).toEqual([first.url, false])
  await mailbell('deliver', 'demo')
  await until(() => watch.stdout().includes('demo 3 unread'), 20_000)
})

/** What the built server loads of Node and of its own bundles before a config or a request needs it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { CLI_PATH } from '../../../helpers/cli.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'

const REPORT = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module'
const own = []
registerHooks({ load: (url, context, next) => (own.push(url.replace(/.*\\//, '')), next(url, context)) })
process.on('exit', () => console.error([...process.moduleLoadList, ...own].join(' ')))
`)}`

test('an idle server has loaded neither fetch, HTTP/2 and TLS nor Fastify and the library of the metrics', async () => {
  const folder = await temporaryFolder()
  const child = spawn(process.execPath, ['--import', REPORT, CLI_PATH, 'serve', '--demo', '--port', '0'], {
    env: { PATH: process.env['PATH'], HOME: folder.path, MAILBELL_DATA_DIR: folder.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    const stderr = text(child.stderr)
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    const loaded = (await stderr).split(/\s+/)
    expect(loaded).toContain('http')
    expect(loaded).not.toContain('internal/deps/undici/undici')
    expect(loaded).not.toContain('internal/http2/core')
    expect(loaded).not.toContain('internal/tls/wrap')
    expect(loaded).toContainEqual(expect.stringMatching(/^start-.*\.js$/))
    expect(loaded).not.toContainEqual(expect.stringMatching(/^(?:routes|prometheus|document)-.*\.js$/))
  } finally {
    child.kill('SIGKILL')
    await folder.remove()
  }
})

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import type { WorkerCommand, WorkerEvent } from '../../common/protocol/worker.ts'
import { temporaryFolder } from '../helpers/tmp.ts'
import { until } from '../helpers/until.ts'

/** Electron's port, over the pipe that Node gives a child. */
const PORT =
  'data:text/javascript,process.parentPort={on:(_,hear)=>process.on("message",(data)=>hear({data})),postMessage:(event)=>process.send(event)}'

test("the server in the app opens the provider's sign-in, and answers a cancelled one without a step", async () => {
  const folder = await temporaryFolder()
  const child = fork(new URL('../../server/worker.ts', import.meta.url), [], {
    execArgv: ['--import', PORT],
    env: { ...process.env, MAILBELL_DATA_DIR: folder.path },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
    await folder.remove()
  })
  const events: WorkerEvent[] = []
  child.on('message', (event) => void events.push(event as WorkerEvent))
  const say = (command: WorkerCommand): void => void child.send(command)
  const received = async (type: WorkerEvent['type']): Promise<WorkerEvent> => {
    const find = (): WorkerEvent | undefined => events.find((event) => event.type === type)
    await until(() => find() !== undefined, 15_000)
    return find() ?? expect.fail(type)
  }
  const oauth = { provider: 'google', clientId: 'mine', clientSecret: 'shh' } as const
  const common = { protocol: 'imap', host: '127.0.0.1', port: 1, security: 'tls', user: 'u', password: '', folders: [] } as const
  say({ type: 'start', token: 'run', sources: { accounts: [], demo: false } })
  say({ type: 'try-account', id: 3, account: { ...common, account: 'a@example.org', oauth } })
  const opened = await received('open-sign-in')
  const url = new URL(opened.type === 'open-sign-in' ? opened.url : '')
  expect(url.origin).toBe('https://accounts.google.com')
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    client_id: 'mine',
    scope: 'https://mail.google.com/',
    code_challenge_method: 'S256',
    login_hint: 'a@example.org',
  })
  expect(url.href).not.toContain('shh')
  say({ type: 'cancel', id: 3 })
  expect(await received('tried')).toEqual({
    type: 'tried',
    id: 3,
    error: { code: 'cancelled', message: 'The sign-in was cancelled.' },
  })
}, 30_000)

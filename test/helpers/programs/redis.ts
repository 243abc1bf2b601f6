/** A private in-memory Redis on a free loopback port. */
import { RedisClient } from '@redis/client'
import { type Daemon, freePort, startDaemon } from './daemon.ts'
import { pathOf } from '../parts.ts'
import { temporaryFolder } from '../tmp.ts'
import { until } from '../until.ts'

/** Made once: it takes 25 ms, which some tests would measure. */
const clientOf = RedisClient.factory()

export interface TestRedis extends AsyncDisposable {
  readonly url: string
  /** Sends a command, and resolves with the reply. */
  command(...words: string[]): Promise<unknown>
  /** Kills the server; its data is lost. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Pauses the process: it accepts connections, and does not respond. */
  freeze(): void
  thaw(): void
  /** Kills the server and removes its folder. */
  close(): Promise<void>
}

export async function startRedis(...settings: readonly string[]): Promise<TestRedis> {
  const folder = await temporaryFolder({ open: true })
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let daemon: Daemon | null = null

  async function command(...words: string[]): Promise<unknown> {
    const client = clientOf({ url, socket: { reconnectStrategy: false } })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await client.sendCommand(words)
    } finally {
      if (client.isOpen) client.destroy()
    }
  }

  async function start(): Promise<void> {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder.path]
    const started = startDaemon('redis', pathOf('redis'), [...options, ...settings], folder.path)
    daemon = started
    await until(async () => {
      if (started.exited) throw new Error(`Redis ended: ${started.output()}`)
      return await command('PING').then(
        () => true,
        (error: unknown) => String(error).includes('NOAUTH'),
      )
    }, 20_000)
  }

  const stop = async (): Promise<void> => {
    await daemon?.stop('SIGKILL')
    daemon = null
  }

  async function close(): Promise<void> {
    await stop()
    await folder.remove()
  }

  await start()
  return {
    url,
    command,
    stop,
    start,
    freeze: () => daemon?.signal('SIGSTOP'),
    thaw: () => daemon?.signal('SIGCONT'),
    close,
    [Symbol.asyncDispose]: close,
  }
}

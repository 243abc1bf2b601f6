import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Secret } from '../../../../server/auth/secret.ts'
import { openConnection } from '../../../../server/board/redis/connection/connection.ts'
import { namesOf } from '../../../../server/board/redis/keys.ts'
import { sha256Of } from '../../../../server/auth/tokens.ts'
import { runCommand, type ServedCommand, serveCommand, startCommand } from '../../../helpers/cli.ts'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { send } from '../../../helpers/server.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'
import { redisConfigOf } from './machines.ts'

describe.runIf(needs('redis'))('the command on several machines', () => {
  let redis: TestRedis
  let folder: TemporaryFolder
  let served: ServedCommand[]
  const count = (unread: number): void => writeFileSync(join(folder.path, 'count'), String(unread))
  const env = (): Record<string, string> => ({ MAILBELL_DATA_DIR: folder.path, REDIS_URL: redis.url })

  beforeEach(async () => {
    redis = await startRedis()
    folder = await temporaryFolder()
    served = []
    count(3)
    writeFileSync(
      join(folder.path, 'mailbell.yml'),
      `redis: { url: { env: REDIS_URL } }
sources:
  - { type: command, name: box, account: kim, command: [cat, count], interval: 1s }
tokens:
  - { name: reader, hash: "sha256:${sha256Of('reader')}", accounts: "*" }
`,
    )
  })
  afterEach(async () => {
    await Promise.all(served.map((each) => each.end('SIGKILL')))
    await redis.close()
    await folder.remove()
  })

  async function serve(more: Record<string, string> = {}): Promise<ServedCommand> {
    const machine = await serveCommand(['--port', '0'], { ...env(), ...more })
    served.push(machine)
    return machine
  }
  const portOf = ({ url }: ServedCommand): number => Number(new URL(url).port)
  const unreadAt = async (machine: ServedCommand): Promise<unknown> =>
    (await send(portOf(machine), 'GET', '/v1/accounts/kim')).json()['unread']
  const collects = async (machine: ServedCommand): Promise<boolean> =>
    /^mailbell_source_phase\{/m.test((await send(portOf(machine), 'GET', '/metrics')).text)

  it('another takes over once the lease of a killed one has run out', async () => {
    const [one, other] = [await serve(), await serve()]
    for (const machine of [one, other]) await until(async () => (await unreadAt(machine)) === 3)
    const [first, second] = (await collects(one)) ? [one, other] : [other, one]
    await first.end('SIGKILL')
    count(4)
    expect(await collects(second)).toBe(false)
    // What is left of the lease passes.
    await redis.command('PEXPIRE', '{mailbell}:collector', '1')
    await until(async () => (await unreadAt(second)) === 4, 20_000)
    expect(await collects(second)).toBe(true)
  }, 60_000)

  it('one that starts without Redis logs it, waits, and then serves', async () => {
    await redis.stop()
    const waiting = startCommand(['serve', '--port', '0'], env())
    await until(() => waiting.stderr().includes('cannot be reached (ECONNREFUSED)'), 20_000)
    await redis.start()
    const [, url = ''] = await until(() => /(http:\/\/[^\s/]+)\//.exec(waiting.stdout()), 20_000)
    const machine = { ...waiting, url, token: '' }
    served.push(machine)
    await until(async () => (await unreadAt(machine)) === 3)
  }, 60_000)

  it('check reports whether Redis is reachable and takes writes', async () => {
    expect(await runCommand(['check'], env())).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok {6}redis: responds$/m) })
    await redis.command('CONFIG', 'SET', 'maxmemory', '1000')
    expect((await runCommand(['check'], env())).stdout).toMatch(/^failed {2}redis: redis 127\.0\.0\.1:\d+ has no memory left/m)
    await redis.stop()
    const { code, stdout } = await runCommand(['check'], env())
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^failed {2}redis: redis 127\.0\.0\.1:\d+ cannot be reached/m)])
    await redis.start()
  }, 60_000)

  it('a Redis user with the documented permissions can do all that is needed, and no more', async () => {
    const manual = readFileSync(new URL('../../../../docs/deployment.md', import.meta.url), 'utf8')
    const rights = /A dedicated user needs `([^`]+)`/.exec(manual)?.[1]?.split(' ') ?? []
    await redis.command('ACL', 'SETUSER', 'mailbell', 'on', '>a-password', ...rights)
    const url = redis.url.replace('//', '//mailbell:a-password@')
    writeFileSync(join(folder.path, 'redis'), url)
    const config = { ...redisConfigOf(url), url: new Secret({ file: join(folder.path, 'redis') }) }
    const machine = await serve({ REDIS_URL: url })
    await until(async () => (await unreadAt(machine)) === 3)
    await machine.end('SIGTERM')
    const { commands, end } = await openConnection(config)
    await expect(commands.set('elsewhere', '1')).rejects.toThrow('NOPERM')
    await expect(commands.get(namesOf('mailbell').collector)).resolves.toBeNull()
    end()
  }, 60_000)
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sha256Of } from '../../../../server/auth/tokens.ts'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { send } from '../../../helpers/server.ts'
import { until } from '../../../helpers/until.ts'
import { collecting, type Machine, startMachine } from './machines.ts'
import { createMailbox, type Mailbox } from './sources.ts'

describe.runIf(needs('redis'))('of the machines that share a board', () => {
  let redis: TestRedis
  let box: Mailbox
  let machines: Machine[]
  const start = async (mailbox = box): Promise<Machine> => {
    const machine = await startMachine(redis, { sources: [mailbox.config], createSource: mailbox.createSource })
    machines.push(machine)
    return machine
  }

  beforeEach(async () => {
    redis = await startRedis()
    box = createMailbox()
    box.counts.set('kim', 3)
    machines = []
  })
  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.close()))
    await redis.close()
  })

  it('one collects, and all show what it counts', async () => {
    const [a, b, c] = [await start(), await start(), await start()]
    for (const machine of [a, b, c]) await until(async () => (await machine.shows('kim'))?.unread === 3)
    await collecting(machines)
    expect(box.running).toBe(1)
    box.counts.set('kim', 4)
    box.changed()
    for (const machine of [a, b, c]) await until(async () => (await machine.shows('kim'))?.unread === 4)
  })

  it('one that reloads its config collects from the new sources, also if it had none before', async () => {
    const other = createMailbox('other')
    other.counts.set('lee', 8)
    const createSource: Mailbox['createSource'] = (config) => (config.name === 'other' ? other : box).createSource(config)
    const machine = await startMachine(redis, { createSource })
    machines.push(machine)
    const tokens = [{ name: 'reader', sha256: sha256Of('reader'), scopes: ['read'], accounts: '*' }] as const
    await machine.reload({ tokens, sources: [box.config], labels: new Map(), demo: false })
    await until(async () => (await machine.shows('kim'))?.unread === 3)
    await machine.reload({ tokens, sources: [other.config], labels: new Map(), demo: false })
    await until(async () => (await machine.shows('lee'))?.unread === 8)
    await until(async () => (await machine.shows('kim')) === null)
    expect([box.running, other.running]).toEqual([0, 1])
  })

  it('another takes over at once when the collecting one is stopped, and no number changes', async () => {
    const [a, b] = [await start(), await start()]
    await until(async () => (await b.shows('kim'))?.unread === 3)
    const first = await collecting(machines)
    const second = first === a ? b : a
    const { rev } = second.board
    await first.close()
    machines = [second]
    await until(() => second.collects())
    await until(() => box.running === 1)
    expect(await second.shows('kim')).toEqual({ unread: 3, status: 'ok' })
    expect(second.board.rev).toBe(rev)
    box.counts.set('kim', 9)
    box.changed()
    await until(async () => (await second.shows('kim'))?.unread === 9)
  })

  it('another takes over when the lease of a dead one has run out; that one, back again, no longer writes', async () => {
    const [a, b] = [await start(), await start()]
    await until(async () => (await b.shows('kim'))?.unread === 3)
    const first = await collecting(machines)
    const second = first === a ? b : a
    // As if the first one had sent no heartbeat while its lease lasted.
    await redis.command('SET', '{mailbell}:collector', 'somebody', 'PX', '1')
    await redis.command('PUBLISH', '{mailbell}:changes', '{"look":true}')
    await until(async () => (await collecting(machines)).port > 0 && box.running === 1)
    box.counts.set('kim', 5)
    box.changed()
    for (const machine of [first, second]) await until(async () => (await machine.shows('kim'))?.unread === 5)
  }, 40_000)

  it('an account that the source no longer reports has nothing unread, whichever machine counted it before', async () => {
    const a = await start()
    const b = await start()
    await until(async () => (await b.shows('kim'))?.unread === 3)
    box.counts.delete('kim')
    const first = await collecting(machines)
    const second = first === a ? b : a
    await first.close()
    machines = [second]
    await until(async () => (await second.shows('kim'))?.unread === 0)
  })

  it('accounts of a source that the next collecting machine does not have are removed; pushed ones stay', async () => {
    const a = await start()
    await until(async () => (await a.shows('kim'))?.unread === 3)
    await send(a.port, 'PUT', '/v1/accounts/pushed', { token: 'feeder', body: { unread: 8 } })
    const other = createMailbox('other box')
    other.counts.set('lee', 1)
    const b = await start(other)
    await a.close()
    machines = [b]
    await until(async () => (await b.shows('lee'))?.unread === 1)
    await until(async () => (await b.shows('kim')) === null)
    expect(await b.shows('pushed')).toEqual({ unread: 8, status: 'ok' })
  })

  it('each rejects a pushed count for an account that a source counts', async () => {
    const [a, b] = [await start(), await start()]
    await until(async () => (await b.shows('kim'))?.unread === 3)
    for (const { port } of [a, b]) {
      const answer = await send(port, 'PUT', '/v1/accounts', {
        token: 'feeder',
        body: {
          accounts: [
            { id: 'new', unread: 1 },
            { id: 'kim', unread: 1 },
          ],
        },
      })
      expect([answer.status, answer.json()['field']]).toEqual([409, 'accounts.1.id'])
      expect(answer.json()['detail']).toContain('The source box counts this account')
    }
    expect(await a.shows('new')).toBeNull()
  })

  it('each can mark a message as read: the collecting one does it', async () => {
    const [a, b] = [await start(), await start()]
    await until(async () => (await b.shows('kim'))?.unread === 3)
    for (const { port } of [a, b]) {
      const path = '/v1/accounts/kim/messages/m1'
      expect((await send(port, 'POST', path, { token: 'actor', body: { action: 'read' } })).status).toBe(204)
    }
    expect(box.acts).toEqual(['kim m1 read', 'kim m1 read'])
  })

  it('one without sources never collects', async () => {
    const idle = await startMachine(redis)
    machines.push(idle)
    const a = await start()
    await until(async () => (await idle.shows('kim'))?.unread === 3)
    expect(await collecting(machines)).toBe(a)
  })

  it('the collecting one writes everything again when Redis has lost it', async () => {
    const [a, b] = [await start(), await start()]
    await until(async () => (await b.shows('kim'))?.unread === 3)
    await redis.stop()
    box.counts.set('kim', 6)
    box.changed()
    await redis.start()
    for (const machine of [a, b]) await until(async () => (await machine.shows('kim'))?.unread === 6, 20_000)
    await collecting(machines)
    expect(box.running).toBe(1)
  }, 40_000)
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { backendOn } from './backends.ts'

type Backend = ReturnType<typeof backendOn>

describe.runIf(needs('redis'))('counts that are pushed in the same turn to a shared board', () => {
  let redis: TestRedis
  let running: Backend[]
  let backend: Backend
  let announced: (readonly string[])[]
  const start = async (): Promise<Backend> => {
    const started = backendOn(redis.url)
    running.push(started)
    await started.setSources([])
    return started
  }
  const put = (id: string, unread: number) => backend.put([{ id, counts: { unread } }])
  const stateIn = ({ board }: Backend, id: string) => [board.get(id)?.counts?.unread, board.tag([id])]

  beforeEach(async () => {
    redis = await startRedis()
    running = []
    announced = []
    backend = await start()
    backend.board.subscribe((changed) => announced.push(changed))
  })
  afterEach(async () => {
    await Promise.all(running.map((started) => started.close()))
    await redis.close()
  })

  it('arrive as one change', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `user${i}`)
    expect(new Set((await Promise.all(ids.map((id, i) => put(id, i)))).map(({ kind }) => kind))).toEqual(new Set(['done']))
    expect(announced).toEqual([ids])
  })

  it('are written in several steps if they are many', async () => {
    const bulk = (name: string) => backend.put(Array.from({ length: 400 }, (_, i) => ({ id: `${name}${i}`, counts: { unread: i } })))
    expect(await Promise.all([bulk('a'), bulk('b')])).toEqual([{ kind: 'done' }, { kind: 'done' }])
    expect(announced.map((changed) => changed.length)).toEqual([400, 400])
  })

  it('have each its own outcome if a source counts one of the accounts', async () => {
    await redis.command('HSET', '{mailbell}:accounts', 'kim', '0 1000 "box"\n{"unread":1,"status":"ok"}')
    expect(await Promise.all([put('lee', 2), put('kim', 3), put('han', 4)])).toEqual([
      { kind: 'done' },
      { kind: 'conflict', index: 0, source: 'box' },
      { kind: 'done' },
    ])
  })

  it('are applied in their order where they are of one account, on every machine', async () => {
    await put('kim', 1)
    await Promise.all([put('kim', 2), put('kim', 1)])
    expect(stateIn(backend, 'kim')).toEqual(stateIn(await start(), 'kim'))
    expect(backend.board.get('kim')?.counts?.unread).toBe(1)
  })
})

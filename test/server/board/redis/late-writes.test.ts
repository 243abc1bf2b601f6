import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../../../helpers/parts.ts'
import { type Proxy, startProxy } from '../../../helpers/web/proxy.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { until } from '../../../helpers/until.ts'
import { backendOn } from './backends.ts'

type Backend = ReturnType<typeof backendOn>

describe.runIf(needs('redis'))('of two machines, one of them cut off from Redis', () => {
  let redis: TestRedis
  let proxy: Proxy
  let cutOff: Backend
  let other: Backend
  const put = (backend: Backend, unread: number) => backend.put([{ id: 'kim', counts: { unread } }])
  const shows = ({ board }: Backend) => [board.get('kim')?.counts?.unread, board.get('kim')?.status]

  beforeEach(async () => {
    redis = await startRedis()
    proxy = await startProxy(Number(new URL(redis.url).port))
    cutOff = backendOn(`redis://127.0.0.1:${proxy.port}`)
    other = backendOn(redis.url)
    await Promise.all([cutOff, other].map((backend) => backend.setSources([])))
    await put(other, 1)
    await until(() => shows(cutOff)[0] === 1)
  })
  afterEach(async () => {
    await proxy.release()
    await Promise.all([cutOff, other].map((backend) => backend.close()))
    await proxy.close()
    await redis.close()
  })

  it('a count that it could not store does not come later over a newer one', async () => {
    proxy.hold()
    expect(await put(cutOff, 5)).toEqual({ kind: 'unknown' })
    expect(await put(other, 6)).toMatchObject({ kind: 'done' })
    await proxy.release()
    await until(() => shows(cutOff).join(' ') === '6 ok')
    expect(shows(other)).toEqual([6, 'ok'])
    expect(await put(cutOff, 7)).toMatchObject({ kind: 'done' })
    await until(() => shows(other)[0] === 7)
  }, 40_000)

  it('nor does one whose connection broke at once', async () => {
    proxy.hold()
    const answered = put(cutOff, 5)
    proxy.cut()
    expect(await answered).toEqual({ kind: 'unknown' })
    expect(await put(other, 6)).toMatchObject({ kind: 'done' })
    await proxy.release()
    await until(() => shows(cutOff).join(' ') === '6 ok')
    expect(shows(other)).toEqual([6, 'ok'])
  }, 40_000)

  it('no count comes later where Redis itself did not answer for a while', async () => {
    redis.freeze()
    expect(await put(other, 5)).toEqual({ kind: 'unknown' })
    redis.thaw()
    await until(() => shows(other)[1] === 'ok')
    expect(shows(other)).toEqual([1, 'ok'])
  }, 40_000)

  it.each(['ALL', 'WRITE'])(
    'nor where its clients were paused: %s',
    async (mode) => {
      await redis.command('CLIENT', 'PAUSE', '8000', mode)
      expect(await put(other, 5)).toEqual({ kind: 'unknown' })
      await until(() => shows(other)[1] === 'ok')
      expect(shows(other)).toEqual([1, 'ok'])
    },
    40_000,
  )
})

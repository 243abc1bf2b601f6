import { describe, it } from 'vitest'
import { needs } from '../../../helpers/parts.ts'
import { startProxy } from '../../../helpers/web/proxy.ts'
import { startRedis } from '../../../helpers/programs/redis.ts'
import { until } from '../../../helpers/until.ts'
import { backendOn } from './backends.ts'

type Backend = ReturnType<typeof backendOn>

const put = (backend: Backend, unread: number) => backend.put([{ id: 'kim', counts: { unread } }])
const shows = ({ board }: Backend) => [board.get('kim')?.counts?.unread, board.get('kim')?.status]

/** Two machines on a Redis of their own, one of them through a proxy. */
async function startMachines() {
  const redis = await startRedis()
  const proxy = await startProxy(Number(new URL(redis.url).port))
  const cutOff = backendOn(`redis://127.0.0.1:${proxy.port}`)
  const other = backendOn(redis.url)
  await Promise.all([cutOff, other].map((backend) => backend.setSources([])))
  await put(other, 1)
  await until(() => shows(cutOff)[0] === 1)
  return {
    redis,
    proxy,
    cutOff,
    other,
    async [Symbol.asyncDispose]() {
      await proxy.release()
      await Promise.all([cutOff, other].map((backend) => backend.close()))
      await proxy.close()
      await redis.close()
    },
  }
}

// At the same time, because each waits for seconds.
describe.runIf(needs('redis')).concurrent('of two machines, one of them cut off from Redis', () => {
  it('a count that it could not store does not come later over a newer one', async ({ expect }) => {
    await using machines = await startMachines()
    const { proxy, cutOff, other } = machines
    proxy.hold()
    expect(await put(cutOff, 5)).toEqual({ kind: 'unknown' })
    expect(await put(other, 6)).toMatchObject({ kind: 'done' })
    await proxy.release()
    await until(() => shows(cutOff).join(' ') === '6 ok')
    expect(shows(other)).toEqual([6, 'ok'])
    expect(await put(cutOff, 7)).toMatchObject({ kind: 'done' })
    await until(() => shows(other)[0] === 7)
  })

  it('nor does one whose connection broke at once', async ({ expect }) => {
    await using machines = await startMachines()
    const { proxy, cutOff, other } = machines
    proxy.hold()
    const answered = put(cutOff, 5)
    proxy.cut()
    expect(await answered).toEqual({ kind: 'unknown' })
    expect(await put(other, 6)).toMatchObject({ kind: 'done' })
    await proxy.release()
    await until(() => shows(cutOff).join(' ') === '6 ok')
    expect(shows(other)).toEqual([6, 'ok'])
  })

  it('no count comes later where Redis itself did not answer for a while', async ({ expect }) => {
    await using machines = await startMachines()
    const { redis, other } = machines
    redis.freeze()
    expect(await put(other, 5)).toEqual({ kind: 'unknown' })
    redis.thaw()
    await until(() => shows(other)[1] === 'ok')
    expect(shows(other)).toEqual([1, 'ok'])
  })

  it.for(['ALL', 'WRITE'])('nor where its clients were paused: %s', async (mode, { expect }) => {
    await using machines = await startMachines()
    const { redis, other } = machines
    await redis.command('CLIENT', 'PAUSE', '8000', mode)
    expect(await put(other, 5)).toEqual({ kind: 'unknown' })
    await until(() => shows(other)[1] === 'ok')
    expect(shows(other)).toEqual([1, 'ok'])
  })
})

/** Calls in both directions over the channel that Node gives a forked child. */

export interface Channel {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

/** Calls by name, with their arguments and results. */
export type Calls = Readonly<Record<string, (...args: never[]) => unknown>>

export interface Peer<Theirs extends Calls> {
  call<Name extends keyof Theirs & string>(name: Name, ...args: Parameters<Theirs[Name]>): Promise<Awaited<ReturnType<Theirs[Name]>>>
  /** Rejects all calls, the pending ones and later ones, because the other side has exited. */
  close(reason: string): void
}

type Message =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly message: string }

export function createPeer<Theirs extends Calls>(channel: Channel, ours: Calls): Peer<Theirs> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let nextId = 0
  let closed: Error | null = null

  async function answer({ id, name, args }: Message & { type: 'call' }): Promise<void> {
    try {
      const run = ours[name]
      if (!run) throw new Error(`Nobody answers ${name}.`)
      channel.send({ type: 'answer', id, value: await run(...(args as never[])) })
    } catch (error) {
      channel.send({ type: 'error', id, message: error instanceof Error ? error.message : String(error) })
    }
  }

  channel.onMessage((received) => {
    const message = received as Message
    if (message.type === 'call') return void answer(message)
    const caller = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.type === 'answer') caller?.resolve(message.value)
    else caller?.reject(new Error(message.message))
  })

  return {
    call(name, ...args) {
      if (closed) return Promise.reject(closed)
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const id = nextId++
      waiting.set(id, { resolve, reject })
      channel.send({ type: 'call', id, name, args })
      return promise as Promise<Awaited<ReturnType<Theirs[typeof name]>>>
    },
    close(reason) {
      closed = new Error(reason)
      for (const { reject } of waiting.values()) reject(closed)
      waiting.clear()
    },
  }
}

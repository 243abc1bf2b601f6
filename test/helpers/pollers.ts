/** A crowd of clients, each on a connection of its own, that ask again and again. */
import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Some are slow now and then, so that changes fall between two of their polls.
 * @returns what resolves when all have ended, after `ended` told them to
 */
export async function keepPolling<P>(
  pollers: readonly P[],
  pollOnce: (poller: P, agent: Agent) => Promise<void>,
  { ended, random }: { readonly ended: AbortSignal; readonly random: () => number },
): Promise<void> {
  await Promise.all(
    pollers.map(async (poller) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      while (!ended.aborted) {
        if (random() < 0.2) await delay(random() * 20)
        await pollOnce(poller, agent)
      }
      agent.destroy()
    }),
  )
}

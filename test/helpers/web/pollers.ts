/** Many clients that poll continuously, each on its own connection. */
import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Random pauses let changes fall between two polls.
 * Resolves when every client has stopped after `ended` is aborted.
 */
export async function pollUntilAborted<P>(
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

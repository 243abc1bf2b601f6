/** A page of a running app, over https://chromedevtools.github.io/devtools-protocol/: the fuses of a package leave no other way in. */
import { once } from 'node:events'
import { z } from 'zod'

const Targets = z.array(z.object({ type: z.string(), url: z.string(), webSocketDebuggerUrl: z.string().optional() }))
const Evaluated = z.object({ id: z.number(), result: z.object({ result: z.object({ value: z.unknown() }) }) })

const ANSWER_MS = 5_000

/**
 * The value of an expression in the page whose URL starts so, or of its promise.
 * @returns undefined while the app has no such page, or the page is being loaded
 */
export async function evaluateIn(port: number, urlStart: string, expression: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => null)
  if (!response) return undefined
  const targets = Targets.parse(await response.json())
  const address = targets.find(({ type, url }) => type === 'page' && url.startsWith(urlStart))?.webSocketDebuggerUrl
  if (address === undefined) return undefined
  const socket = new WebSocket(address)
  const soon = { signal: AbortSignal.timeout(ANSWER_MS) }
  try {
    await once(socket, 'open', soon)
    const params = { expression, awaitPromise: true, returnByValue: true }
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }))
    const [{ data }] = await once(socket, 'message', soon)
    return Evaluated.parse(JSON.parse(String(data))).result.result.value
  } catch {
    return undefined
  } finally {
    socket.close()
  }
}

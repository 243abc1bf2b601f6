/** `mailbell watch`: a line per change, until its reader ends it. */
import { systemClock } from '../../../client/clock.ts'
import { createPollLoop, type LinkView } from '../../../client/poll-loop.ts'
import { createTransport } from '../../../client/transport.ts'
import { CommandError } from '../command-error.ts'
import type { ServerOptions } from '../server-choice.ts'
import { followServer } from './follow-server.ts'
import { watchReader } from './reader.ts'
import { type Format, LINES } from './lines.ts'

export async function watch(options: ServerOptions & { readonly format: Format }): Promise<void> {
  const { url, transport } = followServer(options, { now: systemClock.now, transportTo: createTransport })
  await new Promise<void>((resolve, reject) => {
    let before: LinkView | null = null
    const loop = createPollLoop({
      ...systemClock,
      transport,
      onView(view) {
        if (view.link.phase === 'stopped') return
        for (const line of LINES[options.format](before, view, Date.now())) process.stdout.write(`${line}\n`)
        before = view
        if (view.link.phase === 'signed-out') {
          reject(new CommandError(`The server at ${url()} does not accept the token: ${view.link.problem?.detail}`))
        }
      },
    })
    const end = (): void => {
      stopWatching()
      loop.stop()
      resolve()
    }
    const stopWatching = watchReader(end)
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
    process.stdout.on('error', () => {
      // The reader closed the pipe, which is not an error; others are reported for every command.
      end()
    })
    loop.start()
  })
}

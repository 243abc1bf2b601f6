/** `mailbell status`, `open` and `mute`: about the desktop app or the server that runs with this data directory. */
import { createCode } from '../../../client/calls.ts'
import { createTransport } from '../../../client/transport.ts'
import { COUNT_ALL } from '../../../common/model/counting.ts'
import { pageLinkTo } from '../../../common/model/credentials.ts'
import { isUncertain, totalsOf } from '../../../common/model/totals.ts'
import type { AppStatus } from '../../../common/protocol/control.ts'
import type { MuteUntil } from '../../../common/protocol/settings.ts'
import { dataDirOf } from '../../platform/data-dir.ts'
import { CommandError } from '../command-error.ts'
import { openInBrowser } from '../links/browser.ts'
import { readRunFile } from '../serve/run-file.ts'
import { namedServer, type ServerOptions, serverOf } from '../server-choice.ts'
import { askApp } from './ask.ts'
import { appLines, mutedLine, statusLines } from './lines.ts'

const NOTHING_RUNS = 'Neither the desktop app nor a server runs with this data directory; start Mailbell or run `mailbell serve`.'

export async function status(options: ServerOptions): Promise<void> {
  const app = namedServer(options) === undefined ? await askApp({ do: 'status' }) : null
  if (app) print(appLines(app, Date.now()))
  const isServerDue = namedServer(options) !== undefined || readRunFile(dataDirOf()) !== null
  if (!app && !isServerDue) throw new CommandError(NOTHING_RUNS)
  if (isServerDue) print(await serverLines(options))
}

async function serverLines(options: ServerOptions): Promise<readonly string[]> {
  const server = serverOf(options)
  const result = await createTransport(server)({ tag: null, waitSeconds: 0, signal: new AbortController().signal })
  if (result.kind !== 'accounts')
    throw new CommandError(`The server at ${server.url} returned no count: ${'problem' in result ? result.problem.detail : 'no change'}`)
  const { accounts } = result
  const totals = totalsOf([{ id: '', link: { phase: 'live' }, accounts }], COUNT_ALL)
  return statusLines(`The server at ${server.url}`, { ...totals, isUncertain: isUncertain(totals) }, [
    { label: null, problem: null, accounts },
  ])
}

/** Shows the window; of a server without the app, its page. */
export async function open(): Promise<void> {
  if (await askApp({ do: 'open' })) return
  const run = readRunFile(dataDirOf())
  if (!run) throw new CommandError(NOTHING_RUNS)
  const code = run.token === null ? null : await createCode({ url: run.url, token: run.token }, LINK_SECONDS)
  if (code?.ok === false) throw new CommandError(`The server at ${run.url} made no link: ${code.problem.detail}`)
  const link = code ? pageLinkTo(run.url, code.value.code) : `${run.url}/`
  console.log(link)
  openInBrowser(link)
}

const LINK_SECONDS = 3_600

export async function mute(until: MuteUntil): Promise<void> {
  const app: AppStatus | null = await askApp({ do: 'mute', until })
  if (app) return print([mutedLine(app, Date.now())])
  const run = readRunFile(dataDirOf())
  throw new CommandError(
    run ? `Only the desktop app notifies and can be muted, and it does not run; ${run.url} is a server.` : 'The desktop app does not run.',
  )
}

function print(lines: readonly string[]): void {
  for (const line of lines) console.log(line)
}

/** Asks the desktop app that runs with this data directory. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { jsonOf } from '../../../common/text.ts'
import { type AppStatus, ControlAnswer, type ControlRequest } from '../../../common/protocol/control.ts'
import { controlPathOf } from '../../platform/control-path.ts'
import { dataDirOf } from '../../platform/data-dir.ts'
import { CommandError } from '../command-error.ts'

const TIMEOUT_MS = 10_000

/** The status after the request; null if no app runs. @throws CommandError */
export async function askApp(request: ControlRequest): Promise<AppStatus | null> {
  const socket = await connected(controlPathOf(dataDirOf()))
  if (!socket) return null
  const answer = ControlAnswer.safeParse(jsonOf(await exchange(socket, `${JSON.stringify(request)}\n`)))
  if (!answer.success) throw new CommandError('The desktop app does not answer; quit it, and start it again.')
  if (!answer.data.ok) throw new CommandError(answer.data.detail)
  return answer.data.status
}

/** Null if nothing listens there: no app has run, or one was killed. */
async function connected(path: string): Promise<Socket | null> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return socket
  } catch {
    return null
  }
}

/** The answer, or what came of it until the app closed the connection or the time was up. */
async function exchange(socket: Socket, line: string): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  socket.on('error', () => undefined)
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy())
  socket.write(line)
  await new Promise((resolve) => socket.on('close', resolve))
  return text
}

/** A machine, and a remote server of a team on which alice has 7 unread messages. */
import { put, startServer, type TestServer } from '../../helpers/server.ts'
import type { OpenScreen } from './screen.ts'
import { createMachine, type Machine } from './machine.ts'

export async function machineAndTeam(openScreen: OpenScreen): Promise<{ readonly machine: Machine; readonly remote: TestServer }> {
  const machine = await createMachine(openScreen)
  const remote = await startServer()
  await put(remote.port, 'alice', 7)
  return { machine, remote }
}

/** Closes the app first, so that it does not lose its server. */
export async function closeAll(...all: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const each of all) await each.close()
}

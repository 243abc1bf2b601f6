/** A machine, and a team's server somewhere else on which alice has 7 unread mails. */
import { put, startServer, type TestServer } from '../helpers/server.ts'
import { createMachine, type Machine } from './machine.ts'

export async function machineAndTeam(): Promise<{ readonly machine: Machine; readonly remote: TestServer }> {
  const machine = await createMachine()
  const remote = await startServer()
  await put(remote.port, 'alice', 7)
  return { machine, remote }
}

/** One after another: the app first, so that it does not see its server go. */
export async function closeAll(...all: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const each of all) await each.close()
}

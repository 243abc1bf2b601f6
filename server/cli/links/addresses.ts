/** Takes the address at which a browser on another machine ended, from the person at the terminal. */
import { createInterface } from 'node:readline'
import type { TakeRedirectAddress } from '../../auth/oauth/sign-in.ts'

const OTHER = 'This is not the address of this sign-in; paste the whole address that the browser shows after it.'

interface AddressTerminal {
  readonly input: NodeJS.ReadableStream
  /** Shows what is typed. */
  readonly output: NodeJS.WritableStream
  /** Shows that a line was another one. */
  readonly print: (line: string) => void
  /** Ends the command, as Ctrl+C does elsewhere. */
  readonly interrupt: () => void
}

/** Reads a line at a time until `signal` is aborted. */
export function readRedirectAddresses(
  { input, output, print, interrupt }: AddressTerminal,
  take: TakeRedirectAddress,
  signal: AbortSignal,
): void {
  // With `terminal`, readline and not the system edits the line: macOS takes 1,024 characters of it, and addresses are longer.
  const lines = createInterface({ input, output, signal, terminal: true, historySize: 0, prompt: '' })
  lines.on('line', (line) => {
    if (line.trim() !== '' && !take(line)) print(OTHER)
  })
  lines.on('SIGINT', () => {
    lines.close()
    interrupt()
  })
}

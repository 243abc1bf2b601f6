/** Takes the address at which a browser on another machine ended, from the person at the terminal. */
import { createInterface } from 'node:readline'
import type { TakeAddress } from '../../auth/oauth/sign-in.ts'

const OTHER = 'This is not the address of this sign-in; paste the whole address that the browser shows after it.'

/**
 * Reads a line at a time until `signal` is aborted.
 * @param print shows that a line was another one
 */
export function readAddresses(input: NodeJS.ReadableStream, take: TakeAddress, print: (line: string) => void, signal: AbortSignal): void {
  createInterface({ input, signal }).on('line', (line) => {
    if (line.trim() !== '' && !take(line)) print(OTHER)
  })
}

/** Questions on the terminal. They go to stderr, so that stdout keeps what the command prints. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CommandError } from './command-error.ts'

export interface Terminal {
  /** False where nobody sits there: nothing is asked then. */
  readonly isThere: boolean
  print(line: string): void
  /** The answer without the spaces around it. */
  ask(question: string): Promise<string>
  /** An answer that is not shown while it is typed. */
  askSecretly(question: string): Promise<string>
}

export const processTerminal: Terminal = {
  isThere: process.stdin.isTTY && process.stderr.isTTY,
  print: (line) => console.log(line),
  ask: async (question) => (await answerTo(question, process.stderr)).trim(),
  async askSecretly(question) {
    const answer = await answerTo(question, new Writable({ write: (_chunk, _encoding, done) => done() }))
    process.stderr.write('\n')
    return answer
  },
}

/**
 * @param echo where what is typed shows.
 * @throws Failure where the person ends it.
 */
function answerTo(question: string, echo: NodeJS.WritableStream): Promise<string> {
  // With `terminal`, the line is edited and echoed here and not by the system; from here on, so the question comes after.
  const lines = createInterface({ input: process.stdin, output: echo, terminal: true, historySize: 0 })
  if (echo !== process.stderr) process.stderr.write(question)
  return new Promise((resolve, reject) => {
    lines.once('close', () => reject(new CommandError('Ended without an answer; nothing was changed.')))
    lines.once('SIGINT', () => lines.close())
    lines.question(question, (answer) => {
      resolve(answer)
      lines.close()
    })
  })
}

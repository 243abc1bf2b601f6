/** Questions on the terminal. They go to stderr, so that stdout keeps what the command prints. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Failure } from './failure.ts'

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
    process.stderr.write(question)
    const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
    const answer = await answerTo('', silence)
    process.stderr.write('\n')
    return answer
  },
}

/** @throws Failure where the person ends it. */
function answerTo(question: string, output: NodeJS.WritableStream): Promise<string> {
  // With `terminal`, the line is edited and echoed here, on `output`, and not by the system.
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 })
  return new Promise((resolve, reject) => {
    lines.once('close', () => reject(new Failure('Ended without an answer; nothing was changed.')))
    lines.once('SIGINT', () => lines.close())
    lines.question(question, (answer) => {
      resolve(answer)
      lines.close()
    })
  })
}

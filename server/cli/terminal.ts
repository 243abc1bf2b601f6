/** Prompts on the terminal. They go to stderr, so that stdout has only the command's output. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { withoutControls } from '../../common/text.ts'
import { CommandError } from './command-error.ts'

export interface Terminal {
  /** False without a person at a terminal; then there are no prompts. */
  readonly isInteractive: boolean
  print(line: string): void
  /** On stderr, like what ends a command. */
  warn(line: string): void
  /** Resolves with the trimmed answer. */
  ask(question: string): Promise<string>
  /** The answer is not shown while it is typed. */
  askSecret(question: string): Promise<string>
}

export const processTerminal: Terminal = {
  isInteractive: process.stdin.isTTY && process.stderr.isTTY,
  print: (line) => console.log(line),
  warn: (line) => console.error(`mailbell: ${withoutControls(line)}`),
  ask: async (question) => (await answerTo(question, process.stderr)).trim(),
  async askSecret(question) {
    const answer = await answerTo(question, new Writable({ write: (_chunk, _encoding, done) => done() }))
    process.stderr.write('\n')
    return answer
  },
}

/**
 * @param echo shows what is typed
 * @throws CommandError if the person cancels
 */
function answerTo(question: string, echo: NodeJS.WritableStream): Promise<string> {
  // With `terminal`, readline and not the system echoes the line, from now on; so the question comes after.
  const lines = createInterface({ input: process.stdin, output: echo, terminal: true, historySize: 0 })
  if (echo !== process.stderr) process.stderr.write(question)
  return new Promise((resolve, reject) => {
    lines.once('close', () => reject(new CommandError('Cancelled; nothing was changed.')))
    lines.once('SIGINT', () => lines.close())
    lines.question(question, (answer) => {
      resolve(answer)
      lines.close()
    })
  })
}

/** Ends the command with one line on stderr and an exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  /** 1 failure, 2 usage error. */
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** A command that cannot do what it was asked: one line on stderr, and an exit code. */
export class CommandError extends Error {
  override readonly name = 'Failure'
  /** 1: it did not work; 2: it was asked wrongly. */
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** Tries the mailbox, a line for each step, and asks about what a person must decide. */
import { configOf, type DraftEntry, withPin } from '../../discovery/entry.ts'
import type { CertificateView, TryStep } from '../../../common/protocol/discovery.ts'
import type { TryResult } from '../../discovery/try.ts'
import { plainFingerprint } from '../../net/tls/fingerprint.ts'
import { CommandError } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'
import { isYes } from './choose.ts'
import type { AddDeps } from './options.ts'
import { type Password, typed } from './password.ts'

const MOST_TRIES = 3

/** What is to be kept once it works. */
export interface Tested {
  readonly entry: DraftEntry
  readonly password: Password
}

/** @throws Failure where it does not work. */
export async function tryUntilItWorks(first: DraftEntry, given: Password, { terminal, attempt }: AddDeps): Promise<Tested> {
  let entry = first
  let password = given
  for (let tries = 1; ; tries++) {
    const config = await configOf(entry, password.secret)
    const result = await inSteps((onStep) => attempt(config, onStep), terminal)
    if (result.ok) return { entry, password }
    const { code, message, certificate } = result.trouble
    if (certificate) entry = withPin(entry, await pinOf(certificate, message, terminal))
    else if (code === 'auth' && password.place === null && tries < MOST_TRIES)
      password = { secret: await typed(terminal, 'Password, once more (Enter ends): '), place: null }
    else throw new CommandError(message)
  }
}

const STEP_WORDS: Readonly<Record<TryStep, string>> = {
  find: 'find the server',
  connect: 'connect',
  certificate: 'check its certificate',
  'sign-in': 'sign in',
  folders: 'count the folders',
}

/** A line for each step, once it is known how it ended. */
async function inSteps(attempt: (onStep: (step: TryStep) => void) => Promise<TryResult>, terminal: Terminal): Promise<TryResult> {
  let current: TryStep | null = null
  const passed = (step: TryStep | null): void => {
    if (step !== null) terminal.print(`ok      ${STEP_WORDS[step]}`)
  }
  const result = await attempt((step) => {
    passed(current)
    current = step
  })
  if (result.ok) terminal.print(`ok      ${STEP_WORDS.folders}: ${result.unread} unread`)
  else terminal.print(`failed  ${STEP_WORDS[result.trouble.step]}: ${result.trouble.message}`)
  return result
}

/** Shows what is not accepted; the fingerprint where the person says that it is right. */
async function pinOf(certificate: CertificateView, message: string, terminal: Terminal): Promise<string> {
  const { fingerprint, subject, issuer, validFrom, validTo, canPin } = certificate
  for (const line of [
    `        for         ${subject}`,
    `        issued by   ${issuer}`,
    `        valid       ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`,
    `        SHA-256     ${fingerprint}`,
  ])
    terminal.print(line)
  if (!canPin) throw new CommandError(message)
  if (!terminal.isThere) throw new CommandError(`${message} If it is right, add --pin ${fingerprint}`)
  const answer = await terminal.ask('Is this the fingerprint that whoever runs the server told you, and shall only it be accepted? [y/N] ')
  if (!isYes(answer)) throw new CommandError('The certificate was not accepted; nothing was changed.')
  return plainFingerprint(fingerprint)
}

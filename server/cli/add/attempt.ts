/** Tries the mailbox, prints a line for each step, and prompts for a person's decisions. */
import { resolveEntry, type DraftEntry, withPin } from '../../discovery/entry.ts'
import type { CertificateView, TryStep } from '../../../common/protocol/discovery.ts'
import type { TryResult } from '../../discovery/try.ts'
import { plainFingerprint } from '../../net/tls/certificate.ts'
import { CommandError } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'
import { isYes } from './choose.ts'
import type { AddDeps } from './options.ts'
import { type Password, typed } from './password.ts'

const MAX_TRIES = 3

/** Resolves with what to store. @throws CommandError if it does not work */
export async function tryUntilItWorks(first: DraftEntry, initial: Password, { terminal, attempt }: AddDeps) {
  let entry = first
  let password = initial
  for (let tries = 1; ; tries++) {
    const config = await resolveEntry(entry, password.secret)
    const result = await inSteps((onStep) => attempt(config, onStep), terminal)
    if (result.ok) return { entry, password }
    const { code, message, certificate } = result.error
    if (certificate) entry = withPin(entry, await pinOf(certificate, message, terminal))
    else if (code === 'auth' && password.source === null && tries < MAX_TRIES)
      password = { secret: await typed(terminal, 'Wrong password. Try again (Enter to cancel): '), source: null }
    else throw new CommandError(message)
  }
}

const STEPS: Readonly<Record<TryStep, string>> = {
  find: 'find the server',
  connect: 'connect',
  certificate: 'check its certificate',
  'sign-in': 'sign in',
  folders: 'count the folders',
}

/** Prints a line for each step once it has ended. */
async function inSteps(attempt: (onStep: (step: TryStep) => void) => Promise<TryResult>, terminal: Terminal): Promise<TryResult> {
  let current: TryStep | null = null
  const passed = (step: TryStep | null): void => {
    if (step !== null) terminal.print(`ok      ${STEPS[step]}`)
  }
  const result = await attempt((step) => {
    passed(current)
    current = step
  })
  if (result.ok) terminal.print(`ok      ${STEPS.folders}: ${result.unread} unread`)
  else terminal.print(`failed  ${STEPS[result.error.step]}: ${result.error.message}`)
  return result
}

/** Shows a certificate that is not accepted; resolves with its fingerprint if the person confirms it. */
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
  if (!terminal.isInteractive) throw new CommandError(`${message} If the fingerprint is correct, add --pin ${fingerprint}`)
  const answer = await terminal.ask(
    'Accept only this certificate? First compare the fingerprint with the one from the administrator of the server. [y/N] ',
  )
  if (!isYes(answer)) throw new CommandError('The certificate was not accepted; nothing was changed.')
  return plainFingerprint(fingerprint)
}

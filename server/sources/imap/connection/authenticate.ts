/**
 * Signs in over a connection of imapflow, in place of imapflow's own sign-in: that one knows a single way for each server,
 * and reports any refusal as a wrong password.
 */
import type { ImapFlow, ImapFlowError } from 'imapflow'
import type { Credentials } from '../../lib/credentials.ts'
import { mechanismsFor, type Mechanism, type SaslExchange, startExchange } from '../../lib/sign-in/sasl.ts'
import { signIn, type SignInProgress, SignInRefusal, type SignInWay } from '../../lib/sign-in/sign-in.ts'
import { atom, responseStatusOf, sendCommand, string, type Token } from '../commands/send.ts'

/** Parts of imapflow that its types leave out. */
interface Internals {
  authenticate: () => Promise<boolean>
  setAuthenticationState(): Promise<void>
  /** Whether the capabilities must be queried again. */
  expectCapabilityUpdate: boolean
  readonly state: unknown
  readonly states: { readonly NOT_AUTHENTICATED: unknown }
  write(line: string): void
}

const hasInternals = (client: object): client is Internals =>
  ['authenticate', 'setAuthenticationState', 'write', 'states'].every((name) => name in client)

/** The user of a shared mailbox of Exchange, who signs in with LOGIN only. */
const EXCHANGE_USER = /[\\/]/

/** @param rejected ways that the server has refused, for the account */
export function replaceSignIn(
  client: ImapFlow,
  { user, auth, host, port }: { readonly user: string; readonly auth: Credentials['auth']; readonly host: string; readonly port: number },
  rejected: Set<string>,
  progress: SignInProgress,
): void {
  if (!hasInternals(client)) throw new TypeError('This version of imapflow has no sign-in to replace.')
  const internals: Internals = client

  /** @throws SignInRefusal on NO and BAD */
  async function attempt(command: string, attributes: readonly Token[], exchange: SaslExchange | null): Promise<void> {
    let code = ''
    const onResponse = ({ code: received = '' }: { readonly code?: string }): void => void (code = received)
    const onContinuation = (challenge: string): void => {
      const response = exchange?.respond(challenge) ?? '*'
      progress.isSecretSent ||= exchange?.isSecretSent ?? true
      internals.write(response)
    }
    client.on('response', onResponse)
    try {
      await sendCommand(client, command, attributes, {}, exchange ? onContinuation : undefined)
    } catch (error) {
      const status = responseStatusOf(error)
      if (!(error instanceof Error) || (status !== 'NO' && status !== 'BAD')) throw error
      const { responseText = '' }: ImapFlowError = error
      throw new SignInRefusal({
        code: code.toUpperCase(),
        text: responseText,
        isCommandError: status === 'BAD',
        isMechanism: exchange !== null,
        isSecretSent: exchange?.isSecretSent ?? true,
        tokenStatus: exchange?.tokenStatus ?? null,
      })
    } finally {
      client.off('response', onResponse)
    }
  }

  const mechanism = (each: Mechanism): SignInWay => ({
    name: each.name,
    run: () => attempt('AUTHENTICATE', [atom(each.name)], startExchange(each)),
  })

  function ways(): readonly SignInWay[] {
    const { capabilities } = client
    const mechanisms = mechanismsFor(user, auth, { host, port })
      .filter(({ name }) => capabilities.has(`AUTH=${name}`))
      .map(mechanism)
    if ('accessToken' in auth || capabilities.has('LOGINDISABLED')) return mechanisms
    const login: SignInWay = {
      name: 'LOGIN command',
      run() {
        progress.isSecretSent = true
        return attempt('LOGIN', [string(user), { type: 'STRING', value: auth.pass }], null)
      },
    }
    return EXCHANGE_USER.test(user) ? [login, ...mechanisms] : [...mechanisms, login]
  }

  internals.authenticate = async () => {
    // A greeting of PREAUTH.
    if (internals.state !== internals.states.NOT_AUTHENTICATED) return true
    internals.expectCapabilityUpdate = true
    const offered = [...client.capabilities.keys()].flatMap((name) => (name.startsWith('AUTH=') ? [name.slice('AUTH='.length)] : []))
    await signIn(ways(), rejected, offered, progress)
    await internals.setAuthenticationState()
    return true
  }
}

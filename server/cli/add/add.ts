/** `mailbell add ADDRESS`: finds the mailbox, tries it, and puts it into the config. */
import { rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { configPathOf, parseConfig, usualConfigPath } from '../../config/load.ts'
import { dataDirOf } from '../../platform/data-dir.ts'
import { parseAddress } from '../../discovery/address.ts'
import { discover } from '../../discovery/discover.ts'
import { entryOf, configEntry } from '../../discovery/entry.ts'
import type { Candidate } from '../../../common/protocol/discovery.ts'
import { networkDeps } from '../../discovery/net.ts'
import { createSourceContext } from '../../sources/context.ts'
import { tryMailbox } from '../../discovery/try.ts'
import { tryUntilItWorks } from './attempt.ts'
import { choose, named } from './choose.ts'
import type { AddDeps, AddOptions } from './options.ts'
import { keep, passwordOf, shortest } from './password.ts'
import { append, changeConfig, readOrBeginConfig } from '../config-file.ts'
import { CommandError } from '../command-error.ts'
import { processTerminal } from '../terminal.ts'

const FIND_MS = 8_000
const TRY_MS = 90_000

export function addAdd(program: Command): void {
  program
    .command('add')
    .description('find a mailbox by its address, try it, and put it into the config')
    .argument('<address>', 'the mail address')
    .option('--config <file>', 'the config (or MAILBELL_CONFIG; else mailbell.yml in the data directory)')
    .option('--account <id>', 'the id under which it is counted; else the address')
    .option('--host <name>', 'the server, instead of looking for it')
    .addOption(new Option('--protocol <name>', 'what it speaks').choices(['imap', 'pop3']).default('imap'))
    .option('--port <number>', 'its port; else the usual one', portNumber)
    .addOption(new Option('--security <how>', 'how it encrypts').choices(['tls', 'starttls']).default('tls'))
    .option('--user <name>', 'the name to sign in with, instead of what was found')
    .option('--folders <folders...>', 'which folders are counted; else INBOX')
    .option('--password-env <name>', 'the variable of the environment that holds the password')
    .option('--password-file <path>', 'the file that holds the password')
    .option('--password-command <words...>', 'the program, with its arguments, that prints the password')
    .option('--oauth-client <id>', 'sign in by the browser instead (OAuth 2), as this client; then run `mailbell login`')
    .option('--pin <fingerprint>', 'the SHA-256 of the one certificate that is accepted')
    .option('--trust-server <name>', 'send the password to this server, though only DNS says that it is the one')
    .option('--yes', 'take the best that is found, without a question')
    .addHelpText(
      'after',
      `
Without --password-… it is asked for on the terminal, and kept in a file of the data directory that only you can read.
Only the domain of the address and whoever gets its mail are asked where the mailbox is, nobody else.

Examples:
  mailbell add kim@example.org
  mailbell add kim@example.org --yes --password-env KIM_PASSWORD`,
    )
    .action((address: string, options: AddOptions) => {
      const context = createSourceContext(dataDirOf())
      return addAccount(address, options, {
        terminal: processTerminal,
        find: (parsed) => discover(parsed, networkDeps(context.network), AbortSignal.timeout(FIND_MS)),
        attempt: (config, onStep) => tryMailbox(config, context, AbortSignal.timeout(TRY_MS), onStep),
        env: process.env,
        dataDir: dataDirOf(),
      })
    })
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) throw new InvalidArgumentError('It must be a number from 1 to 65535.')
  return port
}

/** @throws Failure */
export async function addAccount(text: string, options: AddOptions, deps: AddDeps): Promise<void> {
  const { terminal, env, dataDir } = deps
  const address = parseAddress(text)
  if (!address) throw new CommandError(`"${text}" is no mail address; it looks like kim@example.org.`, 2)
  const account = options.account ?? address.full
  const path = configPathOf(options.config, env, dataDir) ?? usualConfigPath(dataDir)
  const file = readOrBeginConfig(path)
  const { sources } = parseConfig(file.text, basename(path)).file
  if (sources.some((source) => 'account' in source && source.account === account))
    throw new CommandError(`${path} has the account ${account} already; choose another id with --account.`)

  const chosen =
    options.host === undefined
      ? await choose(address, options, deps)
      : { candidate: named(options.host, address.full, options), secretName: 'Password' }
  const { user, folders, pin } = options
  const untested = entryOf(chosen.candidate, {
    account,
    ...(user !== undefined && { user }),
    ...(folders && { folders }),
    ...(pin !== undefined && { pin }),
    ...('webUrl' in chosen && { webUrl: chosen.webUrl }),
  })
  const write = (entry: object): void => changeConfig(file, (document) => append(document, 'sources', entry))
  if (options.oauthClient !== undefined) {
    write({ ...untested.keys, oauth: oauthOf(chosen.candidate, options.oauthClient) })
    return terminal.print(`${account} is in ${path}; now sign in: mailbell login ${account}`)
  }

  const { entry, password } = await tryUntilItWorks(untested, await passwordOf(options, chosen, deps), deps)
  const kept = password.place ? null : keep(await password.secret.read(), dataDir)
  try {
    write(configEntry(entry, password.place ?? { file: shortest(kept ?? '', dirname(path)) }))
  } catch (error) {
    if (kept !== null) rmSync(kept, { force: true })
    throw error
  }
  terminal.print(`${account} is in ${path}; a server counts it from its next start.`)
}

/** How the browser signs one in there, as this client. */
function oauthOf({ host, signIn }: Candidate, clientId: string): object {
  const provider = signIn.find((method) => method === 'google' || method === 'microsoft')
  if (!provider) throw new CommandError(`${host} is not known to sign anybody in by a browser (OAuth 2); leave --oauth-client out.`)
  return { provider, clientId }
}

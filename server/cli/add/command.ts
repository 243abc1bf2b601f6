/** `mailbell add ADDRESS`: finds the mailbox, tries it, and adds it to the config. */
import { rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { append, changeConfig, readConfigText, storeSecret, unchecked } from '../../config/change.ts'
import { accountOf } from '../../config/labels.ts'
import { configPathOf, defaultConfigPath, parseConfig } from '../../config/load.ts'
import { errorTextOf } from '../../../common/errors.ts'
import { readThunderbird } from '../../discovery/thunderbird/read.ts'
import { dataDirOf, homeDir } from '../../platform/data-dir.ts'
import { type Address, parseAddress } from '../../discovery/address.ts'
import { discover } from '../../discovery/discover.ts'
import { draftEntry, configEntry } from '../../discovery/entry.ts'
import type { Candidate } from '../../../common/protocol/discovery.ts'
import { createDiscoveryDeps } from '../../discovery/net.ts'
import { createSourceContext } from '../../sources/context.ts'
import { tryMailbox } from '../../discovery/try.ts'
import { tryUntilItWorks } from './attempt.ts'
import { candidateOf, choose, type Chosen } from './choose.ts'
import { chooseKnown, listKnown } from './thunderbird.ts'
import type { AddDeps, AddOptions } from './options.ts'
import { passwordOf } from './password.ts'
import { CommandError } from '../command-error.ts'
import { processTerminal } from '../terminal.ts'

const readKnown = () => readThunderbird({ platform: process.platform, env: process.env, home: homeDir() })

export async function add(address: string | undefined, options: AddOptions): Promise<void> {
  if (address === undefined) {
    if (!options.fromThunderbird) throw new CommandError('Name the email address to add, such as kim@example.org.', 2)
    return listKnown(await readKnown(), processTerminal)
  }
  const context = createSourceContext(dataDirOf())
  await addAccount(address, options, {
    terminal: processTerminal,
    readKnown,
    find: (parsed) => discover(parsed, createDiscoveryDeps(context.network)),
    attempt: (config, onStep) => tryMailbox(config, context, onStep),
    env: process.env,
    dataDir: dataDirOf(),
    forget: context.oauth.forget,
  })
}

/** @throws CommandError */
export async function addAccount(text: string, options: AddOptions, deps: AddDeps): Promise<void> {
  const { terminal, env, dataDir } = deps
  const address = parseAddress(text)
  if (!address) throw new CommandError(`"${text}" is not an email address such as kim@example.org.`, 2)
  const account = options.account ?? address.full
  const path = configPathOf(options.config, env, dataDir) ?? defaultConfigPath(dataDir)
  const { sources } = parseConfig(readConfigText(path), basename(path)).file
  if (sources.some((source) => accountOf(source) === account))
    throw new CommandError(`${path} already has the account ${account}; choose another id with --account.`)

  const chosen = await choiceOf(address, options, deps)
  const { webUrl, security } = chosen
  const { user, folders = chosen.folders, pin } = options
  const untested = draftEntry(chosen.candidate, {
    account,
    ...(user !== undefined && { user }),
    ...(folders && { folders }),
    ...(pin !== undefined && { pin }),
    ...(webUrl !== undefined && { webUrl }),
    ...(security !== undefined && { security }),
  })
  const write = (entry: object): Promise<void> => changeConfig(path, (document) => append(document, 'sources', entry), unchecked)
  if (options.oauthClient !== undefined) {
    await write({ ...untested.keys, oauth: oauthOf(chosen.candidate, options.oauthClient) })
    return terminal.print(`Added ${account} to ${path}. To sign in, run: mailbell login ${account}`)
  }

  const { entry, password } = await tryUntilItWorks(untested, await passwordOf(options, chosen, deps), deps)
  const folder = dirname(path)
  const source = password.source ?? { file: await storeSecret(await password.secret.read(), folder) }
  try {
    await write(configEntry(entry, source))
  } catch (error) {
    if (password.source === null && 'file' in source) rmSync(join(folder, source.file), { force: true })
    throw error
  }
  terminal.print(`Added ${account} to ${path}. A running server counts it after SIGHUP or a restart.`)
  await deps.forget(account).catch((error: unknown) => {
    // The command succeeds: the config has changed.
    terminal.warn(`The access of an earlier account ${account} cannot be deleted: ${errorTextOf(error)}`)
  })
}

async function choiceOf(address: Address, options: AddOptions, deps: AddDeps): Promise<Chosen> {
  if (options.host !== undefined) return { candidate: candidateOf(options.host, address.full, options), secretName: 'Password' }
  return options.fromThunderbird ? await chooseKnown(address, deps) : await choose(address, options, deps)
}

/** The `oauth` key of the config. */
function oauthOf({ host, signIn }: Candidate, clientId: string): object {
  const provider = signIn.find((method) => method === 'google' || method === 'microsoft')
  if (!provider) throw new CommandError(`${host} is not known to support sign-in with a browser (OAuth 2); omit --oauth-client.`)
  return { provider, clientId }
}

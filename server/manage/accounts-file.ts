/** The accounts in the config file that the page can change, and their secrets in private files beside it. */
import { rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Document, isScalar, visit, type YAMLMap } from 'yaml'
import type { AccountForm, StoredAccount } from '../../common/protocol/account.ts'
import { append, changeConfig, checkWritable, entryIn, isStoredSecret, readConfigText, storeSecret } from '../config/change.ts'
import { accountOf } from '../config/labels.ts'
import { type Config, parseConfig } from '../config/load.ts'
import { entryOf, type SecretFiles, storedOf } from './entry.ts'

/** The account is in the file already, or is not. */
export class AccountError extends Error {
  override readonly name = 'AccountError'
  readonly code: 'exists' | 'not-found'

  constructor(code: 'exists' | 'not-found', account: string) {
    super(code === 'exists' ? `The config already has the account ${account}.` : `The config no longer has the account ${account}.`)
    this.code = code
  }
}

/** What a sign-in consists of: these keys are replaced, and all others of the entry stay. */
const SIGN_IN_KEYS = ['host', 'port', 'security', 'url', 'user', 'folders', 'pin', 'webUrl', 'password', 'token', 'oauth']
const SECRET_PLACES = [['password', 'file'], ['token', 'file'], ['oauth', 'clientSecret', 'file']] // prettier-ignore

/** A change that is in the file. */
export interface Written {
  readonly config: Config
  /** Deletes the secrets that are no longer used. */
  readonly drop: () => void
}

/**
 * @param path where the file is or will be
 * @param check the config that a server would take over from a text of the file; rejects with ConfigError if it would not
 */
export function openAccountsFile(path: string, check: (text: string) => Promise<Config>) {
  const folder = dirname(path)
  const entries = () => parseConfig(readConfigText(path), basename(path)).file.sources
  const has = (account: string): boolean => entries().some((entry) => accountOf(entry) === account)

  const drop = (files: readonly string[]): void => files.forEach((file) => rmSync(join(folder, file), { force: true }))

  /** Those of `files` that no entry of the document names in any way. */
  function withoutNamed(files: readonly string[], document: Document): readonly string[] {
    const named = new Set<string>()
    visit(document, { Scalar: (_, { value }) => void (typeof value === 'string' && named.add(resolve(folder, value))) })
    return files.filter((file) => !named.has(resolve(folder, file)))
  }

  /** @param change returns the secrets that it no longer needs */
  async function write(change: (document: Document) => readonly string[]): Promise<Written> {
    let unused: readonly string[] = []
    const config = await changeConfig(path, (document) => void (unused = withoutNamed(change(document), document)), check)
    return { config, drop: () => drop(unused) }
  }

  /** Stores the secrets of the form, and drops them again if the file cannot be changed. */
  async function withSecrets(form: AccountForm, change: (files: SecretFiles) => Promise<Written>): Promise<Written> {
    const made: string[] = []
    const store = async (secret: string) => {
      const file = await storeSecret(secret, folder)
      made.push(file)
      return { file }
    }
    try {
      const { password, oauth } = form
      const secret = oauth ? null : await store(password)
      return await change({ secret, clientSecret: oauth?.clientSecret ? await store(oauth.clientSecret) : null })
    } catch (error) {
      drop(made)
      throw error
    }
  }

  /** All methods throw ConfigError, NotWrittenError or AccountError; then nothing has changed. What is written is not in use yet. */
  return {
    path,
    /** Those that can be changed. */
    stored: (): readonly StoredAccount[] => entries().flatMap((entry) => storedOf(entry) ?? []),
    /** Before a try, so that no sign-in is in vain. */
    check(account: string, again: boolean): void {
      if (has(account) !== again) throw new AccountError(again ? 'not-found' : 'exists', account)
      checkWritable(path)
    },
    add: (form: AccountForm): Promise<Written> =>
      withSecrets(form, (files) =>
        write((document) => {
          // Another tab, or a person with an editor, may have been faster.
          if (has(form.account)) throw new AccountError('exists', form.account)
          append(document, 'sources', entryOf(form, files))
          return []
        }),
      ),
    replace: (form: AccountForm): Promise<Written> =>
      withSecrets(form, (files) =>
        write((document) => {
          const { index, entry } = accountIn(document, form.account)
          const before = secretsOf(entry)
          update(document, index, entry, entryOf(form, files))
          return before
        }),
      ),
    /** @param label empty for none */
    rename: (account: string, label: string): Promise<Written> =>
      write((document) => {
        const { entry } = accountIn(document, account)
        if (label === '') entry.delete('label')
        else if (entry.has('label')) entry.set('label', label)
        else
          entry.items.splice(
            entry.items.findIndex(({ key }) => isScalar(key) && key.value === 'account') + 1,
            0,
            document.createPair('label', label),
          )
        return []
      }),
    remove: (account: string): Promise<Written> =>
      write((document) => {
        const { index, entry } = accountIn(document, account)
        document.deleteIn(['sources', index])
        return secretsOf(entry)
      }),
  }
}

function update(document: Document, index: number, entry: YAMLMap, next: Readonly<Record<string, unknown>>): void {
  if (entry.get('type') !== next['type']) {
    const label = entry.get('label')
    const node = document.createNode({ ...next, ...(label !== undefined && { label }) })
    node.commentBefore = entry.commentBefore ?? null
    document.setIn(['sources', index], node)
    return
  }
  const before = entry.toJSON() as Readonly<Record<string, unknown>>
  for (const key of SIGN_IN_KEYS) {
    if (isDeepStrictEqual(before[key], next[key])) continue
    if (next[key] === undefined) entry.delete(key)
    else entry.set(key, document.createNode(next[key]))
  }
}

/** The private files that an entry names and `mailbell` has made. */
const secretsOf = (entry: YAMLMap): readonly string[] =>
  SECRET_PLACES.map((place) => entry.getIn(place)).filter((file): file is string => typeof file === 'string' && isStoredSecret(file))

function accountIn(document: Document, account: string): { index: number; entry: YAMLMap } {
  const found = entryIn(document, 'sources', 'account', account)
  if (!found) throw new AccountError('not-found', account)
  return found
}

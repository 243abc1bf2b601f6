/** `type: jmap` in a config. */
import { z } from 'zod'
import { duration, fingerprint, flag, id, map, must, secretPlace, text, webPage } from '../../yaml/fields.ts'
import { folderChoice } from '../lib/config/folder-choice.ts'
import { caPath, commonKeys, type ConfigOf, defineEntry, readCa } from '../kind.ts'
import { readServiceUrl } from '../lib/web/url.ts'

const USER_RULE = 'must be the name to log in with'

export const DEFAULT_INTERVAL_MS = 60_000
export const DEFAULT_FOLDERS = ['\\Inbox']

const schema = map({
  ...commonKeys('jmap'),
  account: id,
  /** The session resource, or its host alone where the well-known path leads there. */
  url: text('must be the address of the server, such as https://jmap.example.org'),
  user: text(USER_RULE).optional(),
  password: secretPlace.optional(),
  token: secretPlace.optional(),
  folders: folderChoice.default(DEFAULT_FOLDERS),
  /** Counts unread emails, or conversations with an unread email. */
  count: z.enum(['emails', 'threads'], must('must be emails or threads')).default('emails'),
  /** Between two polls where the server pushes nothing. */
  interval: duration('1s', '24h').default(DEFAULT_INTERVAL_MS),
  ca: caPath,
  pin: fingerprint.optional(),
  allowInsecure: flag.default(false),
  webUrl: webPage.optional(),
}).superRefine(({ url, allowInsecure, user, password, token }, context) => {
  const addIssue = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message })
  const read = readServiceUrl(url, allowInsecure)
  if (typeof read === 'string') addIssue(['url'], read)
  if ((token === undefined) === (password === undefined)) addIssue([], 'must have either a password (with its user) or a token')
  else if ((password === undefined) !== (user === undefined))
    addIssue(['user'], password === undefined ? 'does not go with a token' : `is missing; it ${USER_RULE}`)
})

export const jmapEntry = defineEntry(schema, async ({ user = '', password, token, interval, ca, ...rest }, context) => {
  const { folder, name } = context
  const login = token ? { token: token.anchoredAt(folder) } : password && { user, password: password.anchoredAt(folder) }
  if (!login) throw new TypeError('The schema requires a password or a token.')
  return { ...rest, name, login, intervalMs: interval, ca: await readCa(ca, context) }
})
export type JmapSourceConfig = ConfigOf<typeof jmapEntry>

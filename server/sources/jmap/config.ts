/** `type: jmap` in a config. */
import { z } from 'zod'
import type { JmapSourceConfig } from '../../config/types.ts'
import { readServiceUrl } from '../web/url.ts'
import { duration, fingerprint, flag, id, map, must, secretPlace, text, webPage } from '../../yaml/fields.ts'
import { folderChoice } from '../config/folder-choice.ts'
import { pemOf, type ResolveContext } from '../config/kind.ts'

export const jmapSchema = map({
  type: z.literal('jmap'),
  name: text('must be a name').optional(),
  account: id,
  url: text('must be the address of the server, such as https://jmap.example.org'),
  user: text('must be the name to log in with').optional(),
  password: secretPlace.optional(),
  token: secretPlace.optional(),
  folders: folderChoice.default(['\\Inbox']),
  count: z.enum(['emails', 'threads'], must('must be emails or threads')).default('emails'),
  interval: duration('1s', '24h').default(60_000),
  ca: text('must be the path of a PEM file').optional(),
  pin: fingerprint.optional(),
  allowInsecure: flag.default(false),
  webUrl: webPage.optional(),
}).superRefine(({ url, allowInsecure, user, password, token }, context) => {
  const issue = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message })
  const read = readServiceUrl(url, allowInsecure)
  if (typeof read === 'string') issue(['url'], read)
  if ((token === undefined) === (password === undefined)) issue([], 'must have either a password (with its user) or a token')
  else if ((password === undefined) !== (user === undefined))
    issue(['user'], password === undefined ? 'does not go with a token' : 'is missing; it must be the name to log in with')
})

export async function resolveJmap(source: z.infer<typeof jmapSchema>, surroundings: ResolveContext): Promise<JmapSourceConfig> {
  const { account, url, user = '', password, token, folders, count, interval, ca, pin, allowInsecure, webUrl } = source
  const { folder, name } = surroundings
  const login = token ? { token: token.anchoredAt(folder) } : password && { user, password: password.anchoredAt(folder) }
  if (!login) throw new TypeError('The schema lets nobody through who has neither.')
  return {
    type: 'jmap',
    name,
    account,
    url,
    login,
    folders,
    count,
    intervalMs: interval,
    ca: await pemOf(ca, surroundings),
    pin,
    allowInsecure,
    webUrl,
  }
}

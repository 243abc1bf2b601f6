/** `mailbell token create|list|revoke`: the tokens of the config. The server never sees a secret, only its hash. */
import { basename } from 'node:path'
import { changeConfig, entryIn, unchecked } from '../config/change.ts'
import { parseConfig } from '../config/load.ts'
import { withoutControls } from '../../common/text.ts'
import { AccountId, type TokenScope } from '../../common/protocol/wire.ts'
import { newTokenSecret, sha256Of } from '../auth/tokens.ts'
import { readExistingConfig } from './config-file.ts'
import { CommandError } from './command-error.ts'
import { invitationTo, qrCodeOf } from './links/invitation.ts'

type CreateOptions = Readonly<{ name: string; accounts: string; scope?: readonly TokenScope[]; link?: string; qr?: true }>

export function create({ name, accounts, scope = ['read'], link, qr }: CreateOptions): void {
  const ids = accounts.split(',').map((id) => id.trim())
  const invalid = ids.find((id) => !AccountId.safeParse(id).success)
  if (invalid !== undefined) throw new CommandError(`--accounts must be account ids separated by commas, not "${invalid}".`, 2)
  if (name.trim() === '') throw new CommandError('--name must not be empty.', 2)
  if (qr && link === undefined) throw new CommandError('--qr requires --link, the public URL of the server.', 2)
  const secret = newTokenSecret()
  const invitation = link === undefined ? null : invitationTo(link, secret)
  const scopes = scope.length === 1 ? scope[0] : `[${scope.join(', ')}]`
  console.log(`The secret, which is not shown again:
${secret}

For the config, under tokens:
  - { name: ${JSON.stringify(name)}, hash: "sha256:${sha256Of(secret)}", scope: ${scopes}, accounts: ${JSON.stringify(ids)} }`)
  if (invitation === null) return
  console.log(`\nThe link for the desktop app. It contains the token:\n${invitation}`)
  if (qr) console.log(`\n${qrCodeOf(invitation)}`)
}

export function list({ config }: { readonly config?: string }): void {
  const { path, text } = readExistingConfig(config)
  const { tokens } = parseConfig(text, basename(path)).file
  for (const { name, scope, accounts } of tokens)
    console.log([name, scope.join(','), accounts === '*' ? '*' : accounts.join(',')].map(withoutControls).join('\t'))
}

export async function revoke(name: string, { config }: { readonly config?: string }): Promise<void> {
  const file = readExistingConfig(config)
  await changeConfig(
    file.path,
    (document) => {
      const found = entryIn(document, 'tokens', 'name', name)
      if (!found) throw new CommandError(`${file.path} has no token named "${name}"; \`mailbell token list\` lists them.`)
      document.deleteIn(['tokens', found.index])
    },
    unchecked,
  )
  console.log(`Removed ${name} from the config. A running server accepts it until it gets SIGHUP or restarts.`)
}

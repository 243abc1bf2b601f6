/** `mailbell token create|list|revoke`: the tokens of the config. The server never sees a secret, only its hash. */
import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import { isMap, isSeq } from 'yaml'
import { parseConfig } from '../config/load.ts'
import { AccountId, TokenScope } from '../../common/protocol/wire.ts'
import { newTokenSecret, sha256Of } from '../auth/tokens.ts'
import { changeConfig, CONFIG_OPTION, readExistingConfig } from './config-file.ts'
import { CommandError } from './command-error.ts'
import { invitationTo, qrCodeOf } from './invitation.ts'

export function addToken(program: Command): void {
  const token = program.command('token').description('create, list and revoke the tokens of the config')
  token
    .command('create')
    .description('create a token: print its secret once, and the line for the config')
    .requiredOption('--name <name>', 'who uses it')
    .requiredOption('--accounts <ids>', 'account ids, separated by commas, or "*" for all')
    .addOption(new Option('--scope <scopes...>', 'what it allows').choices(TokenScope.options).default(['read']))
    .option('--link <address>', 'print a link that connects the desktop app to the server at this URL')
    .option('--qr', 'also print the link as a QR code')
    .addHelpText('after', '\nExample:\n  mailbell token create --name desk --accounts alice@example.org --scope read')
    .action(create)
  token
    .command('list')
    .description('list the tokens of the config')
    .option(...CONFIG_OPTION)
    .action(list)
  token
    .command('revoke')
    .description('remove a token from the config; a running server accepts it until it is restarted')
    .argument('<name>', 'the name of the token')
    .option(...CONFIG_OPTION)
    .action(revoke)
}

type CreateOptions = Readonly<{ name: string; accounts: string; scope: readonly TokenScope[]; link?: string; qr?: true }>

function create({ name, accounts, scope, link, qr }: CreateOptions): void {
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

function list({ config }: { readonly config?: string }): void {
  const { path, text } = readExistingConfig(config)
  const { tokens } = parseConfig(text, basename(path)).file
  for (const { name, scope, accounts } of tokens) console.log(`${name}\t${scope.join(',')}\t${accounts === '*' ? '*' : accounts.join(',')}`)
}

function revoke(name: string, { config }: { readonly config?: string }): void {
  const file = readExistingConfig(config)
  changeConfig(file, (document) => {
    const tokens = document.get('tokens')
    const index = isSeq(tokens) ? tokens.items.findIndex((item) => isMap(item) && item.get('name') === name) : -1
    if (index === -1) throw new CommandError(`${file.path} has no token named "${name}"; \`mailbell token list\` lists them.`)
    document.deleteIn(['tokens', index])
  })
  console.log(`Revoked ${name}. Restart the server to apply the change.`)
}

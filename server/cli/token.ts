/** `mailbell token create|list|revoke`: the tokens of the config. The server never sees a secret, only its hash. */
import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import { isMap, isSeq } from 'yaml'
import { configPathOf, parseConfig } from '../config/load.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { AccountId, TokenScope } from '../../common/protocol/wire.ts'
import { newTokenSecret, sha256Of } from '../auth/tokens.ts'
import { changeConfig, readConfigText } from './config-file.ts'
import { CommandError } from './command-error.ts'
import { invitationTo, qrCodeOf } from './invitation.ts'

interface CreateOptions {
  readonly name: string
  readonly accounts: string
  readonly scope: readonly TokenScope[]
  readonly link?: string
  readonly qr?: true
}

export function addToken(program: Command): void {
  const token = program.command('token').description('make, list and revoke the tokens of the config')
  token
    .command('create')
    .description('make a token: prints its secret once, and the line for the config')
    .requiredOption('--name <name>', 'who has it')
    .requiredOption('--accounts <ids>', 'what it is for: ids with commas between, or "*" for all')
    .addOption(new Option('--scope <scopes...>', 'what it allows').choices(TokenScope.options).default(['read']))
    .option('--link <address>', 'print a link that connects the desktop app to the server at this address')
    .option('--qr', 'print that link as a QR code too')
    .addHelpText('after', '\nExample:\n  mailbell token create --name desk --accounts alice@example.org --scope read')
    .action(create)
  token.command('list').description('list the tokens of the config').option('--config <file>', 'the config').action(list)
  token
    .command('revoke')
    .description('take a token out of the config; a running server knows it until it is started again')
    .argument('<name>', 'its name')
    .option('--config <file>', 'the config')
    .action(revoke)
}

function create({ name, accounts, scope, link, qr }: CreateOptions): void {
  const ids = accounts.split(',').map((id) => id.trim())
  const wrong = ids.find((id) => !AccountId.safeParse(id).success)
  if (wrong !== undefined) throw new CommandError(`--accounts must hold ids of accounts with commas between, not "${wrong}".`, 2)
  if (name.trim() === '') throw new CommandError('--name must not be empty.', 2)
  if (qr && link === undefined) throw new CommandError('--qr needs --link: the address that people reach the server by.', 2)
  const secret = newTokenSecret()
  const invitation = link === undefined ? null : invitationTo(link, secret)
  const scopes = scope.length === 1 ? scope[0] : `[${scope.join(', ')}]`
  console.log(`The secret, shown this once:
${secret}

For the config, under tokens:
  - { name: ${JSON.stringify(name)}, hash: "sha256:${sha256Of(secret)}", scope: ${scopes}, accounts: ${JSON.stringify(ids)} }`)
  if (invitation === null) return
  console.log(`\nThe link for the desktop app; whoever has it has the token:\n${invitation}`)
  if (qr) console.log(`\n${qrCodeOf(invitation)}`)
}

function list({ config }: { readonly config?: string }): void {
  const { path, text } = readConfigText(pathOf(config))
  const { tokens } = parseConfig(text, basename(path)).file
  for (const { name, scope, accounts } of tokens) console.log(`${name}\t${scope.join(',')}\t${accounts === '*' ? '*' : accounts.join(',')}`)
}

function revoke(name: string, { config }: { readonly config?: string }): void {
  const file = readConfigText(pathOf(config))
  changeConfig(file, (document) => {
    const tokens = document.get('tokens')
    const index = isSeq(tokens) ? tokens.items.findIndex((item) => isMap(item) && item.get('name') === name) : -1
    if (index === -1)
      throw new CommandError(`${file.path} has no token named "${name}"; \`mailbell token list\` shows those that are there.`)
    document.deleteIn(['tokens', index])
  })
  console.log(`${name} is revoked; start the server again so that it forgets it.`)
}

function pathOf(flag: string | undefined): string {
  const path = configPathOf(flag, process.env, dataDirOf())
  if (path === null) throw new CommandError('There is no config yet; name one with --config.', 2)
  return path
}

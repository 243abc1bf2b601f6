/** The subcommands, as help, completion and the manual page show them. What a subcommand does is loaded when it runs. */
import { type Command, Option } from 'commander'
import { TOKEN_SCOPES } from '../../common/protocol/token-scopes.ts'
import { hoursFrom, MAX_HOURS, muteFrom, portFrom, scopesFrom } from './arguments.ts'
import { keepYoungGenerationSmall, optimize } from '../platform/heap.ts'
import { LINES } from './watch/lines.ts'

const SERVER_OPTION = ['--server <url>', 'server URL (or MAILBELL_SERVER; default: the server that runs on this data directory)'] as const
const CONFIG_OPTION = ['--config <file>', 'config file (or MAILBELL_CONFIG; default: mailbell.yml in the data directory)'] as const

const withServerOptions = (command: Command): Command =>
  command
    .option(...SERVER_OPTION)
    .option('--token <token>', 'token, visible to other users of this machine; prefer MAILBELL_TOKEN or --token-file')
    .option('--token-file <file>', 'file that contains the token')

/** An action that is loaded when its command runs. */
const lazy =
  <Parameters extends unknown[]>(load: () => Promise<(...parameters: Parameters) => Promise<void> | void>) =>
  async (...parameters: Parameters): Promise<void> => {
    const run = await load()
    optimize(true)
    await run(...parameters)
  }

export function addCommands(program: Command): void {
  addServe(program)
  addReaders(program)
  addApp(program)
  addLink(program)
  addDemo(program)
  addToken(program)
  addAdd(program)
  addAdministration(program)
}

function addServe(program: Command): void {
  program
    .command('serve')
    .description('run the headless server and print the URL of its page')
    .option('--config <file>', 'config file (or MAILBELL_CONFIG; default: mailbell.yml in the data directory, else the demo)')
    .option('--host <host>', 'address to listen on (or MAILBELL_HOST; default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on, 0 for any free port (or MAILBELL_PORT; default: 6245)', portFrom(0))
    .option('--open', 'open the page in the browser')
    .option('--demo', 'also serve get.php and the demo mailbox, which `mailbell deliver` and `mailbell read` change')
    .option('--legacy', "serve the original's get.php, which has no authentication")
    .addHelpText(
      'after',
      `
If the config has no token, the server creates one for this run, and prints it and a link that signs in one browser.
On SIGTERM or SIGINT it answers waiting clients before it exits; a second signal shortens the wait.
On SIGHUP it reloads the tokens and sources of the config; other settings need a restart.

Examples:
  mailbell serve
  mailbell serve --config mailbell.yml --host 0.0.0.0`,
    )
    .action(
      lazy(async () => {
        keepYoungGenerationSmall()
        return (await import('./serve/serve.ts')).serve
      }),
    )
}

function addReaders(program: Command): void {
  withServerOptions(program.command('watch').description('print a line per change, reconnecting as needed'))
    .addOption(new Option('--format <format>', 'output format').choices(Object.keys(LINES)).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  mailbell watch --server https://mail.example.org --token-file ~/.mailbell-token
  mailbell watch --format json | jq .account.unread

In the config of waybar:
  "custom/mail": { "exec": "mailbell watch --format waybar", "return-type": "json", "format": "✉ {}" }`,
    )
    .action(lazy(async () => (await import('./watch/watch.ts')).watch))
  withServerOptions(program.command('count').description('print the number of unread emails'))
    .option('--all', 'print a line per account: the count, the id, and the label if it has one, separated by tabs')
    .addHelpText(
      'after',
      '\nExits with 1 if the count is not available or may be out of date.\n\nExample:\n  mailbell count || echo "out of date"',
    )
    .action(lazy(async () => (await import('./count.ts')).count))
}

function addApp(program: Command): void {
  withServerOptions(
    program.command('status').description('print what runs, the count of every account, and whether notifications are muted'),
  )
    .addHelpText('after', '\nWithout --server, both the desktop app and the server of this data directory are asked.')
    .action(lazy(async () => (await import('./app/commands.ts')).status))
  program
    .command('open')
    .description('show the window of the running desktop app, or the page of the running server')
    .action(lazy(async () => (await import('./app/commands.ts')).open))
  program
    .command('mute')
    .description('mute the notifications of the running desktop app, or unmute them')
    .argument('<time>', 'how long (30m, 1h, 2d), tomorrow (until the next morning), always, or off', muteFrom)
    .addHelpText('after', '\nExamples:\n  mailbell mute 1h\n  mailbell mute off')
    .action(lazy(async () => (await import('./app/commands.ts')).mute))
}

function addLink(program: Command): void {
  withServerOptions(program.command('link').description('print a link that signs one browser in to the page, once'))
    .option('--hours <n>', `hours until the link expires, 1 to ${MAX_HOURS}`, hoursFrom, 1)
    .option('--qr', 'also print the link as a QR code')
    .addHelpText(
      'after',
      `
The link holds a one-time code that stands for the token of this command, and not the token itself.
It leads to the address of --server; for another device, name an address that leads there.

Examples:
  mailbell link
  mailbell link --server https://mail.example.org/mailbell/ --token-file alice.token --hours 24 --qr`,
    )
    .action(lazy(async () => (await import('./links/link.ts')).link))
}

function addDemo(program: Command): void {
  program
    .command('deliver')
    .description('deliver an unread email to the demo mailbox')
    .argument('<account>', 'the recipient')
    .option('--from <sender>', 'the sender')
    .option('--subject <subject>', 'the subject')
    .option('--create', 'create the account if there is none')
    .addHelpText('after', '\nExample:\n  mailbell deliver demo --from "Kim <kim@example.org>" --subject "Lunch?"')
    .action(lazy(async () => (await import('./demo.ts')).deliver))
  program
    .command('read')
    .description("mark an account's emails in the demo mailbox as read")
    .argument('<account>', 'the account')
    .action(lazy(async () => (await import('./demo.ts')).read))
}

function addToken(program: Command): void {
  const token = program.command('token').description('create, list and revoke the tokens of the config')
  token
    .command('create')
    .description('create a token: print its secret once, and the line for the config')
    .requiredOption('--name <name>', 'who uses it')
    .requiredOption('--accounts <ids>', 'account ids, separated by commas, or "*" for all')
    .option('--scope <scopes...>', `what it allows, separated by commas: ${TOKEN_SCOPES.join(', ')} (default: read)`, scopesFrom)
    .option('--link <address>', 'print a link that connects the desktop app to the server at this URL')
    .option('--qr', 'also print the link as a QR code')
    .addHelpText('after', '\nExample:\n  mailbell token create --name desk --accounts alice@example.org --scope read,act')
    .action(lazy(async () => (await import('./token.ts')).create))
  token
    .command('list')
    .description('list the tokens of the config')
    .option(...CONFIG_OPTION)
    .action(lazy(async () => (await import('./token.ts')).list))
  token
    .command('revoke')
    .description('remove a token from the config; a running server accepts it until it reloads the config')
    .argument('<name>', 'the name of the token')
    .option(...CONFIG_OPTION)
    .action(lazy(async () => (await import('./token.ts')).revoke))
}

function addAdd(program: Command): void {
  program
    .command('add')
    .description('find the mailbox of an email address, try it, and add it to the config')
    .argument('[address]', 'the email address')
    .option(...CONFIG_OPTION)
    .option('--from-thunderbird', 'use the server that Thunderbird has for it; without an address, list what Thunderbird has')
    .option('--account <id>', 'account id (default: the address)')
    .option('--host <name>', 'mail server, instead of finding it')
    .addOption(new Option('--protocol <name>', 'protocol of the server').choices(['imap', 'pop3']).default('imap'))
    .option('--port <number>', 'port of the server (default: the standard port)', portFrom(1))
    .addOption(new Option('--security <how>', 'encryption of the server').choices(['tls', 'starttls']).default('tls'))
    .option('--user <name>', 'user name (default: as found)')
    .option('--folders <folders...>', 'folders to count (default: INBOX)')
    .option('--password-env <name>', 'environment variable that contains the password')
    .option('--password-file <path>', 'file that contains the password')
    .option('--password-command <words...>', 'program, with arguments, that prints the password')
    .option('--oauth-client <id>', 'sign in with the browser (OAuth 2) as this client; then run `mailbell login`')
    .option('--pin <fingerprint>', 'SHA-256 of the only certificate to accept')
    .option('--trust-server <name>', 'send the password to this server, although only DNS names it')
    .option('--yes', 'use the best match without a prompt')
    .addHelpText(
      'after',
      `
Without a --password option, prompts for the password and stores it in a private file beside the config.
To find the mailbox, only your domain and its mail provider are contacted.

Examples:
  mailbell add kim@example.org
  mailbell add kim@example.org --yes --password-env KIM_PASSWORD`,
    )
    .action(lazy(async () => (await import('./add/command.ts')).add))
}

/** Describes an argument that names an account of the config. */
const ACCOUNT_ARGUMENT = 'its id, or its label if no other account has that'

function addAdministration(program: Command): void {
  program
    .command('check')
    .description('validate the config and try every source once')
    .option(...CONFIG_OPTION)
    .action(lazy(async () => (await import('./check.ts')).check))
  program
    .command('login')
    .description('sign in to the provider of an account that uses oauth in the config')
    .argument('<account>', ACCOUNT_ARGUMENT)
    .option(...CONFIG_OPTION)
    .option('--device', 'sign in on another device with a code, instead of in a browser on this machine')
    .action(lazy(async () => (await import('./login.ts')).login))
  program
    .command('logout')
    .description("delete an account's access, and revoke it if the provider supports that")
    .argument('<account>', ACCOUNT_ARGUMENT)
    .option(...CONFIG_OPTION)
    .action(lazy(async () => (await import('./login.ts')).logout))
  program
    .command('health')
    .description("check a server's health")
    .option(...SERVER_OPTION)
    .option('--ready', 'also require that every source has reported or failed once')
    .addHelpText('after', '\nExits with 0 if the server is healthy, else with 1.')
    .action(lazy(async () => (await import('./health.ts')).health))
}

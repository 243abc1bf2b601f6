/** The npm package as an administrator gets it: installed from its file, away from this checkout, by an ordinary user. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, globSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { packagesIn } from '../../scripts/notices.ts'
import { startDovecot } from '../helpers/imap/dovecot.ts'
import { startMariadb } from '../helpers/programs/mariadb.ts'
import { needs } from '../helpers/parts.ts'
import { type DatabaseServer, startPostgres } from '../helpers/programs/postgres.ts'
import { startRedis } from '../helpers/programs/redis.ts'
import { type TemporaryFolder, temporaryFolder } from '../helpers/tmp.ts'
import { until } from '../helpers/until.ts'

const execute = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const NOBODY = 65_534
const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

let folder: TemporaryFolder
let installed: string
let command: string
let env: Record<string, string>
const open: { close(): Promise<unknown> }[] = []

beforeAll(async () => {
  folder = await temporaryFolder({ open: true })
  const at = (name: string): string => join(folder.path, name)
  const { stdout } = await execute('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder.path], { cwd: root })
  const [packed]: { filename: string }[] = JSON.parse(stdout)
  mkdirSync(at('home'))
  if (user.uid !== undefined) chownSync(at('home'), NOBODY, NOBODY)
  env = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HOME: at('home'), MAILBELL_DATA_DIR: at('home/data') }
  // Offline: nothing but the file is needed.
  const options = ['--global', '--offline', '--prefix', at('home/prefix'), '--cache', at('home/npm')]
  await execute('npm', ['install', ...options, at(packed?.filename ?? '')], { cwd: at('home'), env, ...user })
  command = realpathSync(at('home/prefix/bin/mailbell'))
  installed = at('home/prefix/lib/node_modules/mailbell')
})
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})
afterAll(() => folder.remove())

const mailbell = async (...args: readonly string[]): Promise<string> =>
  (await execute(process.execPath, [command, ...args], { cwd: folder.path, env, ...user })).stdout

/** Runs until the test ends. Resolves with the first output that matches. */
async function start(enough: RegExp, ...args: readonly string[]): Promise<RegExpExecArray> {
  const child: ChildProcess = spawn(process.execPath, [command, ...args], { cwd: folder.path, env, ...user })
  const exited = once(child, 'exit')
  open.unshift({ close: async () => child.kill('SIGTERM') && (await exited) })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return await until(() => enough.exec(output))
}

test('is one package, without Electron, tests and sources', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  expect(manifest).not.toHaveProperty('dependencies')
  expect(manifest.engines).toEqual({ node: '>=24' })
  const files = globSync('**/*', { cwd: installed }).filter((file) => statSync(join(installed, file)).isFile())
  expect(files.filter((file) => file.endsWith('package.json'))).toEqual(['package.json'])
  const unwanted = /^dist[/\\](?!man|notices|renderer|server)|node_modules|\bworker\.js$|\.(?:ts|map|tsbuildinfo)$/
  // npm includes the file that `main` names, a line that starts the desktop app.
  const expected = [join('dist', 'desktop.js'), join('dist', 'renderer', 'service-worker.js')]
  expect(files.filter((file) => unwanted.test(file))).toEqual(expected)
  for (const file of ['LICENSE', 'README.md', 'packaging/mailbell.service', ...manifest.man])
    expect(existsSync(join(installed, file))).toBe(true)
  const bytes = files.reduce((sum, file) => sum + statSync(join(installed, file)).size, 0)
  console.info(`npm package: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`)
  expect(bytes).toBeLessThan(12e6)
})

test('imports modules of Node only', () => {
  const code = globSync('dist/server/**/*.js', { cwd: installed }).map((file) => readFileSync(join(installed, file), 'utf8'))
  const imports = code.flatMap((text) => Array.from(text.matchAll(/^import .*?["']([^."'][^"']*)["'];$/gm), ([, name = '']) => name))
  expect(imports).toContain('node:fs')
  expect(imports.filter((name) => !isBuiltin(name))).toEqual([])
  const required = code.flatMap((text) => Array.from(text.matchAll(/\b__require\("([^"]+)"\)/g), ([, name = '']) => name))
  // mysql2 colours its debug output where this package is installed.
  expect(required.filter((name) => !isBuiltin(name) && name !== 'cardinal')).toEqual([])
})

test('names its packages, which are those of the lock file, with their licences', () => {
  const lock: { packages: Record<string, { version: string }> } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const locked = new Set(Object.entries(lock.packages).map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`))
  for (const [list, names] of Object.entries({
    server: ['fastify', 'pg', 'mysql2', 'imapflow', 'iconv-lite'],
    renderer: ['preact', 'jsqr'],
  })) {
    const text = readFileSync(join(installed, `dist/notices/${list}.txt`), 'utf8')
    const packages = packagesIn(text)
    expect(packages.filter((each) => !locked.has(each))).toEqual([])
    for (const name of names) expect(packages.some((each) => each.startsWith(`${name}@`))).toBe(true)
    expect(packages.some((each) => /^(?:electron|@resvg)/.test(each))).toBe(false)
    expect(text).toContain('Permission is hereby granted')
    expect(text).not.toContain('(see below)')
  }
})

test('serves the page and the demo to the other commands', async () => {
  expect((await mailbell('--version')).trim()).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)
  expect(await mailbell('complete', '--', 'ser')).toContain('serve')
  const [, url = ''] = await start(/Mailbell is at (http:\S+?)\/(?:#|$)/m, 'serve', '--demo', '--port', '0')
  const page = await fetch(`${url}/`)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
  const [, script = ''] = /src="\.\/(assets\/[^"]+\.js)"/.exec(await page.text()) ?? []
  expect((await fetch(`${url}/${script}`)).status).toBe(200)
  expect((await fetch(`${url}/metrics`)).status).toBe(401)
  await mailbell('health', '--ready')
  const before = Number(await mailbell('count'))
  const watched = start(/"unread":\d+/, 'watch', '--format', 'json')
  await mailbell('deliver', 'demo', '--subject', 'From a package')
  await watched
  await until(async () => Number(await mailbell('count')) === before + 1)
})

const COUNTS = 'SELECT id, unread FROM counts'
const TABLE = ['CREATE TABLE counts (id VARCHAR(100), unread INT)', "INSERT INTO counts VALUES ('me', 7)"]

async function startDatabase(startServer: () => Promise<DatabaseServer>): Promise<string> {
  const server = await startServer()
  open.push(server)
  for (const statement of TABLE) await server.exec(statement)
  return server.url()
}

function sqliteFile(): string {
  const path = join(folder.path, 'home/mail.sqlite')
  const file = new DatabaseSync(path)
  for (const statement of TABLE) file.exec(statement)
  file.close()
  if (user.uid !== undefined) chownSync(path, NOBODY, NOBODY)
  return `sqlite:${path}`
}

const sql = (url: string): object => ({ type: 'sql', url, query: COUNTS })

async function mailSources(): Promise<readonly object[]> {
  const server = await startDovecot({ pop3: true })
  open.push(server)
  const login = { host: '127.0.0.1', security: 'none', user: 'me', password: { env: 'PASSWORD' } }
  env['PASSWORD'] = server.password
  return [
    { ...login, type: 'imap', account: 'imap', port: server.port },
    { ...login, type: 'pop3', account: 'pop3', port: server.pop3Port },
  ]
}

test.each([
  ['SQLite', 'script', 'ok      sql: 1 account, 7 unread', async () => ({ sources: [sql(sqliteFile())] })],
  ['PostgreSQL', 'postgres', 'ok      sql: 1 account, 7 unread', async () => ({ sources: [sql(await startDatabase(startPostgres))] })],
  ['MariaDB', 'mariadb', 'ok      sql: 1 account, 7 unread', async () => ({ sources: [sql(await startDatabase(startMariadb))] })],
  ['IMAP and POP3', 'dovecot', 'ok      pop3: 1 account, 0 unread', async () => ({ sources: await mailSources() })],
] as const)('counts with %s', async (_name, part, line, configOf) => {
  if (part !== 'script' && !needs(part)) return
  expect(await check(await configOf())).toContain(line)
})

test.runIf(needs('redis'))('connects to Redis', async () => {
  const redis = await startRedis()
  open.push(redis)
  const tokens = [{ name: 'desk', hash: `sha256:${'0'.repeat(64)}`, accounts: '*' }]
  expect(await check({ redis: { url: redis.url }, tokens })).toContain('ok      redis: responds')
})

async function check(config: object): Promise<string> {
  const path = join(folder.path, 'mailbell.yml')
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(config))
  return await mailbell('check', '--config', path)
}

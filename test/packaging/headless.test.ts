/** What an administrator uses: the health check, the manual page, and the files for containers and systemd. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { program } from '../../server/cli/program.ts'
import { manPage } from '../../scripts/manual/man-page.ts'
import { runCommand, serveCommand } from '../helpers/cli.ts'
import { type TemporaryFolder, temporaryFolder } from '../helpers/tmp.ts'

const execute = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const read = (name: string): string => readFileSync(join(root, name), 'utf8')

describe('mailbell health', () => {
  let folder: TemporaryFolder
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterAll(() => folder.remove())

  test('checks the local server, and exits with 1 if none responds', async () => {
    const env = { MAILBELL_DATA_DIR: folder.path, MAILBELL_SERVER: '', MAILBELL_CONFIG: '', MAILBELL_TOKEN: '' }
    const server = await serveCommand(['--demo', '--port', '0'], env)
    try {
      expect(await runCommand(['health'], env)).toEqual({ code: 0, stdout: '', stderr: '' })
      expect((await runCommand(['health', '--ready', '--server', server.url], env)).code).toBe(0)
    } finally {
      await server.end()
    }
    const gone = await runCommand(['health', '--server', server.url], env)
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringMatching(/^mailbell: The server at \S+ does not respond: .*ECONNREFUSED/)])
  })
})

describe('the manual page', () => {
  const page = manPage(program, '1.2.3', '2026-01-01')

  test('names every command with every option', () => {
    for (const command of program.commands) {
      if (!program.createHelp().visibleCommands(program).includes(command)) continue
      expect(page).toContain(command.name())
      for (const { long } of command.options) expect(page).toContain(long?.replaceAll('-', String.raw`\-`))
    }
  })

  test.runIf(spawnSync('groff', ['--version']).status === 0)('passes groff without a warning', async () => {
    const child = execute('groff', ['-man', '-Tutf8', '-ww', '-z'])
    child.child.stdin?.end(page)
    expect((await child).stderr).toBe('')
  })
})

describe('the files for an administrator', () => {
  test('the container runs as an ordinary user, has a health check, and uses existing commands', () => {
    const instructions = read('Dockerfile')
      .replaceAll(/\\\n/g, ' ')
      .split('\n')
      .filter((line) => /^[A-Z]+ /.test(line))
    const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')))
    expect(last).toContain('USER node')
    expect(last.findIndex((line) => line.startsWith('USER '))).toBeLessThan(last.findIndex((line) => line.startsWith('CMD ')))
    const words = (name: string): string[] =>
      JSON.parse(/\[.*\]$/.exec(last.find((line) => line.startsWith(`${name} `)) ?? '')?.[0] ?? '[]')
    for (const [first, command = '', ...rest] of [words('CMD'), words('HEALTHCHECK')]) {
      expect(first).toBe('mailbell')
      const known = program.commands.find((each) => each.name() === command)
      for (const option of rest.filter((word) => word.startsWith('--'))) expect(known?.options.map(({ long }) => long)).toContain(option)
      expect(known).toBeDefined()
    }
    expect(words('ENTRYPOINT')).toEqual(['tini', '--'])
    // A registry may have newer versions than the lock file.
    expect(last.join('\n')).not.toMatch(/\bnpm\b/)
    expect(instructions.every((line) => !/:latest\b/.test(line))).toBe(true)
  })

  test('the image contains every folder that the build compiles', () => {
    const { references }: { references: { path: string }[] } = JSON.parse(read('tsconfig.json'))
    const left = new Set(read('.dockerignore').split('\n'))
    expect(references.map(({ path }) => path.split('/')[0] ?? '').filter((folder) => left.has(folder))).toEqual([])
  })

  test('the services of compose may write only to their data', () => {
    const { services, volumes }: { services: Record<string, Record<string, unknown>>; volumes: object } = parse(read('compose.yaml'))
    expect(services['mailbell']).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
    expect(services['redis']).toMatchObject({ read_only: true, cap_drop: ['ALL'], networks: ['board'] })
    expect(Object.keys(volumes)).toEqual(['data'])
    for (const path of ['packaging/nginx.conf']) expect(existsSync(join(root, path))).toBe(true)
  })

  test('systemd confines the server, and lets V8 compile', () => {
    const unit = read('packaging/mailbell.service')
    for (const line of [
      'DynamicUser=yes',
      'ProtectSystem=strict',
      'NoNewPrivileges=yes',
      'MemoryDenyWriteExecute=no',
      'StateDirectory=mailbell',
    ])
      expect(unit).toContain(line)
    const [, ...args] = /^ExecStart=\/usr\/bin\/env (.+)$/m.exec(unit)?.[1]?.split(' ') ?? []
    expect(program.commands.map((command) => command.name())).toContain(args[0])
  })

  test('systemd gives the server a config, and the secrets beside it, that only its user may read', () => {
    const unit = read('packaging/mailbell.service')
    const config = /^ExecStart=.* --config (\S+)$/m.exec(unit)?.[1] ?? ''
    // `mailbell add` stores secrets beside the config, for the owner of the folder: the user to whom systemd gives StateDirectory.
    expect(dirname(config)).toBe(`%S/${/^StateDirectory=(.+)$/m.exec(unit)?.[1]}`)
    expect(unit).toContain('StateDirectoryMode=0700')
    expect(unit).toContain(`Environment=NODE_ENV=production MAILBELL_DATA_DIR=${dirname(config)}\n`)
    for (const path of ['packaging/mailbell.service', 'docs/deployment.md', 'README.md'])
      expect(read(path)).toContain(`--config ${config.replace('%S', '/var/lib')}`)
  })

  test.runIf(spawnSync('systemd-analyze', ['--version']).status === 0)('systemd accepts the unit, and rates it well', async () => {
    const folder = await temporaryFolder()
    try {
      const unit = join(folder.path, 'mailbell.service')
      // The manual page exists only in an installed package.
      writeFileSync(unit, read('packaging/mailbell.service').replace(/^Documentation=.*$/m, ''))
      expect((await execute('systemd-analyze', ['verify', unit])).stderr).toBe('')
      const { stdout } = await execute('systemd-analyze', ['security', '--offline=true', '--no-pager', unit])
      // Newer versions of systemd check more settings: the documented 1.3 is the result of version 252.
      expect(Number(/Overall exposure level for mailbell\.service: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(2)
    } finally {
      await folder.remove()
    }
  })
})

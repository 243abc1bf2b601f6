import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Machine, obstacleOn, reasonOf, runElectron } from '../../scripts/electron.ts'
import { temporaryFolder, type TemporaryFolder } from '../helpers/tmp.ts'

/** What Electron 45, Chromium's zygote and the dynamic linker print, and the exit codes and signals that they end with. */
const ENDINGS = {
  root: '[1:1126/101112.131415:ERROR:zygote_host_impl_linux.cc(101)] Running as root without --no-sandbox is not supported. See https://crbug.com/638180.',
  suid: "[7:1126/101112.131415:FATAL:setuid_sandbox_host.cc(163)] The SUID sandbox helper binary was found, but is not configured correctly. Rather than run without sandboxing I'm aborting now.",
  namespaces:
    '[7:1126/101112.131415:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! If you are running on Ubuntu 23.10+ or another Linux distro that has disabled unprivileged user namespaces with AppArmor, see https://chromium.googlesource.com/…',
  blanks: '[7:1126/101112.131415:ERROR:launch_posix.cc(316)] LaunchProcess: failed to execvp:\n/home/kim',
  display:
    '[9:1126/101112.131415:ERROR:ozone_platform_x11.cc(246)] Missing X server or $DISPLAY\n[9:1126/101112.131415:ERROR:env.cc(257)] The platform failed to initialize.  Exiting.',
  library:
    '/opt/electron/electron: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file or directory',
}

describe('obstacles before Electron starts', () => {
  const able: Machine = { platform: 'linux', uid: 1000, env: { DISPLAY: ':0' } }

  it.each<[string, Partial<Machine>, string | null]>([
    ['nothing', {}, null],
    ['nothing on Wayland', { env: { WAYLAND_DISPLAY: 'wayland-0' } }, null],
    ['root', { uid: 0 }, 'Electron does not run as root'],
    ['no display', { env: {} }, 'there is no display'],
    ['an empty display', { env: { DISPLAY: '' } }, 'there is no display'],
    ['nothing on macOS', { platform: 'darwin', uid: 0, env: {} }, null],
    ['nothing on Windows', { platform: 'win32', uid: -1, env: {} }, null],
  ])('%s', (_name, machine, reason) => {
    expect(obstacleOn({ ...able, ...machine })).toBe(reason)
  })
})

describe('why Electron ended', () => {
  it.each([
    [ENDINGS.root, 'Electron does not run as root'],
    [ENDINGS.suid, "this system restricts user namespaces, which Chromium's sandbox needs"],
    [ENDINGS.namespaces, "this system restricts user namespaces, which Chromium's sandbox needs"],
    [ENDINGS.blanks, "this system restricts user namespaces, which Chromium's sandbox needs"],
    [ENDINGS.display, 'there is no display'],
    [ENDINGS.library, 'the library libnss3.so is missing'],
    ['first line\nsomething else\n', 'something else'],
    ['', 'Electron ended with exit code 7'],
  ])('%s', (stderr, reason) => {
    expect(reasonOf(stderr, 7)).toBe(reason)
  })
})

describe.skipIf(process.platform === 'win32')('a program that ends as Electron does', () => {
  let folder: TemporaryFolder
  beforeEach(async () => void (folder = await temporaryFolder()))
  afterEach(() => folder.remove())

  function fake(script: string): string {
    const program = join(folder.path, 'electron')
    writeFileSync(program, `#!/bin/sh\n${script}\n`)
    chmodSync(program, 0o755)
    return program
  }
  const printing = (text: string, end: string): string => fake(`cat >&2 <<'TEXT'\n${text}\nTEXT\n${end}`)

  const nothing = (): void => undefined

  it.each([
    ['as root', ENDINGS.root, 'exit 1', 'Electron does not run as root'],
    ['without a display', ENDINGS.display, 'kill -SEGV $$', 'there is no display'],
    ['without a library', ENDINGS.library, 'exit 127', 'the library libnss3.so is missing'],
    ['without a sandbox, twice', ENDINGS.suid, 'exit 1', "this system restricts user namespaces, which Chromium's sandbox needs"],
  ])('%s has failed for that reason', async (_name, text, end, reason) => {
    expect(await runElectron(printing(text, end), [], nothing)).toEqual({ kind: 'failed', reason })
  })

  it.each([
    ['SUID helper', ENDINGS.suid, 'kill -TRAP $$'],
    ['SUID helper in a path with blanks', ENDINGS.blanks, 'kill -TRAP $$'],
    ['namespaces', ENDINGS.namespaces, 'kill -TRAP $$'],
    ['exit code of a shell', ENDINGS.namespaces, 'exit 133'],
  ])('without a sandbox (%s) runs without it, after one line with the remedy', async (_name, text, end) => {
    const program = printing(text, `test "$1 $2 $3" = "--no-sandbox folder --hidden" && exit 0; ${end}`)
    const lines: string[] = []
    expect(await runElectron(program, ['folder', '--hidden'], (line) => lines.push(line))).toEqual({ kind: 'ended', exitCode: 0 })
    expect(lines).toEqual([
      expect.stringMatching(/^Starting without Chromium's sandbox\. This (?:system|container) .*turns the sandbox on.*$/),
    ])
  })

  it('that is no program has failed', async () => {
    const ran = await runElectron(join(folder.path, 'missing'), [], nothing)
    expect(ran).toMatchObject({ kind: 'failed', reason: expect.stringContaining('ENOENT') })
  })

  it.each([0, 2])('with the app’s own exit code %i has not failed', async (exitCode) => {
    expect(await runElectron(fake(`exit ${exitCode}`), [], nothing)).toEqual({ kind: 'ended', exitCode })
  })

  it('gets its arguments, and the sandbox where it works', async () => {
    const program = fake('test "$1 $2" = "folder --hidden" && exit 0; exit 3')
    expect(await runElectron(program, ['folder', '--hidden'], nothing)).toMatchObject({ exitCode: 0 })
  })
})

describe.runIf(process.platform === 'linux')('npm start', () => {
  let folder: TemporaryFolder
  beforeEach(async () => void (folder = await temporaryFolder()))
  afterEach(() => folder.remove())

  const root = join(import.meta.dirname, '../..')
  /** Runs a command until a line of its output matches, then ends it. */
  async function outputOf(args: readonly string[], env: Record<string, string>, enough: RegExp): Promise<string> {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    await new Promise<void>((resolve) => {
      const add = (chunk: Buffer): void => {
        text += chunk.toString()
        if (enough.test(text)) child.kill('SIGTERM')
      }
      child.stdout.on('data', add)
      child.stderr.on('data', add)
      child.on('close', () => resolve())
    })
    return text
  }

  it('prints in one line why the app cannot start, and serves the page', async () => {
    const dist = join(folder.path, 'dist')
    mkdirSync(dist)
    // Replaces npm, because other tests are using the current build.
    writeFileSync(join(folder.path, 'npm.cjs'), '')
    writeFileSync(join(dist, 'electron'), `#!/bin/sh\necho '${ENDINGS.library}' >&2\nexit 127\n`, { mode: 0o755 })
    const text = await outputOf(
      ['scripts/start.ts', '--port', '0', '--demo'],
      {
        ELECTRON_OVERRIDE_DIST_PATH: dist,
        DISPLAY: ':99',
        MAILBELL_NO_BROWSER: '1',
        MAILBELL_DATA_DIR: folder.path,
        npm_execpath: join(folder.path, 'npm.cjs'),
      },
      /#code=\S+\n.*\n\S+\n/,
    )
    // Under root, Electron is not started.
    expect(text).toMatch(
      /^The desktop app cannot start \((?:Electron does not run as root|the library libnss3\.so is missing|this system restricts .*)\), so the window is served as a page to your browser\.$/m,
    )
    expect(text).toMatch(/^Mailbell is at http:\/\/127\.0\.0\.1:\d+\/#code=\S+$/m)
  })

  /** Fetches Electron for another platform, which is never installed yet. */
  const fetched = (env: Record<string, string>): Promise<string> => {
    const script = `import { fetchElectron } from '${join(root, 'scripts/electron.ts')}'; console.log('reason:', fetchElectron())`
    const settings = { ELECTRON_INSTALL_PLATFORM: 'win32', electron_config_cache: folder.path, ...env }
    return outputOf(['--input-type=module', '-e', script], settings, /^reason:.*\n/m)
  }
  async function listening(server: Server): Promise<number> {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  it('prints the progress of the download of Electron from a mirror, and why it failed', async () => {
    const server = createServer((_request, response) => {
      const part = Buffer.alloc(1_500_000)
      response.writeHead(200, { 'Content-Length': 3_000_000 }).write(part)
      response.end(part)
    })
    try {
      const port = await listening(server)
      const text = await fetched({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/` })
      expect(text).toContain('3 of 3 MB')
      expect(text).toMatch(
        /^reason: .*checksum.* \(from 127\.0\.0\.1:\d+; HTTPS_PROXY sets a proxy, ELECTRON_MIRROR sets another server\)$/im,
      )
    } finally {
      server.close()
    }
  })

  it.each(['HTTPS_PROXY', 'https_proxy', 'npm_config_https_proxy'])(
    'downloads Electron through the proxy of %s, and names it without its password when that fails',
    async (variable) => {
      const asked: string[] = []
      const proxy = createServer().on('connect', ({ url = '' }, socket) => {
        asked.push(url)
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      })
      try {
        const port = await listening(proxy)
        const text = await fetched({
          [variable]: `http://kim:secret@127.0.0.1:${port}`,
          ELECTRON_MIRROR: 'https://mirror.invalid/electron/',
        })
        expect(asked).toEqual(['mirror.invalid:443'])
        expect(text).toMatch(
          /^reason: .*403.* \(from mirror\.invalid through the proxy 127\.0\.0\.1:\d+; ELECTRON_MIRROR sets another server\)$/m,
        )
        expect(text).not.toContain('secret')
      } finally {
        proxy.close()
      }
    },
  )
})

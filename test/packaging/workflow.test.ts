/** The CI workflow, as far as it can be checked without its runners. */
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { temporaryFolder, type TemporaryFolder } from '../helpers/tmp.ts'

interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Record<string, unknown>
}
interface Job {
  readonly if?: string
  readonly needs?: readonly string[]
  readonly steps: readonly Step[]
  readonly strategy?: { readonly matrix: { readonly os: readonly string[] } }
  readonly permissions?: object
  readonly 'timeout-minutes'?: number
}

const root = join(import.meta.dirname, '../..')
const text = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8')
const { jobs, permissions }: { jobs: Record<string, Job>; permissions: object } = parse(text)
const steps = Object.values(jobs).flatMap((job) => job.steps)
const scriptOf = (job: string, step: string): string => jobs[job]?.steps.find(({ name }) => name === step)?.run ?? ''

test('every job but the release may only read the sources; none stores a token, and each has a time limit', () => {
  expect(permissions).toEqual({})
  for (const [name, job] of Object.entries(jobs)) {
    expect(job.permissions, name).toEqual({ contents: name === 'release' ? 'write' : 'read' })
    expect(job['timeout-minutes'], name).toBeLessThanOrEqual(45)
  }
  for (const step of steps) if (step.uses?.startsWith('actions/checkout@')) expect(step.with).toEqual({ 'persist-credentials': false })
})

test('every action is pinned to a commit, the same one everywhere', () => {
  const pins = new Map<string, string>()
  for (const [, action = '', pin = ''] of text.matchAll(/uses: (\S+)@(.+)$/gm)) {
    expect(pin).toMatch(/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    expect(pins.get(action) ?? pin).toBe(pin)
    pins.set(action, pin)
  }
  expect(pins.size).toBeGreaterThan(0)
})

test('no script contains untrusted input', () => {
  for (const { run } of steps) expect(run ?? '').not.toMatch(/\$\{\{/)
})

test('drafts a release of a tag only, after all other jobs', () => {
  const { release, ...others } = jobs
  expect(release?.if).toBe("startsWith(github.ref, 'refs/tags/v')")
  expect(release?.needs?.toSorted()).toEqual(Object.keys(others).toSorted())
})

test('every kind of file that a build uploads has a checksum', () => {
  const upload = jobs['package']?.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))?.with?.['path']
  const kinds = Array.from(String(upload).matchAll(/^release\/\*(?:\.\w+)?\.(\w+)$/gm), ([, kind = '']) => kind)
  const [, known = ''] = /RELEASED = .*\((.+)\)\$/.exec(readFileSync(join(root, 'scripts/checksums.ts'), 'utf8')) ?? []
  expect(kinds.length).toBeGreaterThan(8)
  expect(kinds.filter((kind) => !known.split('|').includes(kind))).toEqual([])
})

test('verifies every fuse that the configuration changes', () => {
  const { electronFuses }: { electronFuses: Record<string, boolean> } = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'))
  const script = scriptOf('package', 'Verify the fuses')
  // The first is no fuse; the other two already have the configured state.
  const {
    resetAdHocDarwinSignature: _signature,
    enableCookieEncryption: _cookies,
    loadBrowserProcessSpecificV8Snapshot: _snapshot,
    ...changed
  } = electronFuses
  for (const name of Object.keys(changed)) expect(script).toContain(`${name.charAt(0).toUpperCase()}${name.slice(1)}`)
  expect(Object.keys(changed)).toHaveLength(6)
})

test.skipIf(process.platform === 'win32').each([
  ['Linux', true],
  ['Windows', true],
  ['macOS', false],
])('packages for %s look for updates in the releases: %s', async (system, hasFeed) => {
  const script = jobs['package']?.steps.find(({ name }) => name === 'Package')?.run ?? ''
  const folder = await temporaryFolder()
  try {
    writeFileSync(join(folder.path, 'npm'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 })
    const github = { GITHUB_SERVER_URL: 'https://example.org', GITHUB_REPOSITORY: 'owner/mailbell', GITHUB_REPOSITORY_OWNER: 'owner' }
    const env = { ...github, PATH: `${folder.path}:${process.env['PATH'] ?? ''}`, RUNNER_OS: system }
    const { stdout } = await promisify(execFile)('bash', ['-eo', 'pipefail', '-c', script], { cwd: root, env })
    const feed = ' -c.publish.provider=github -c.publish.owner=owner -c.publish.repo=mailbell'
    expect(stdout).toBe(`run package -- -c.extraMetadata.homepage=https://example.org/owner/mailbell${hasFeed ? feed : ''}\n`)
  } finally {
    await folder.remove()
  }
})

test('runs the specs of the desktop app on each system, and the app that it has built', () => {
  const systems = ['macos-latest', 'ubuntu-latest', 'windows-latest']
  for (const name of ['desktop', 'package']) expect(jobs[name]?.strategy?.matrix.os.toSorted()).toEqual(systems)
  const cases = scriptOf('package', 'Start the packaged app').split(';;')
  for (const [at, system] of ['Linux', 'macOS', 'Windows'].entries()) {
    expect(cases[at]).toContain(`${system})`)
    expect(cases[at]).toMatch(/MAILBELL_APP=release\/.* npx vitest run test\/desktop\/built\.test\.ts/)
  }
})

describe.skipIf(process.platform === 'win32')('a step of the workflow', () => {
  let folder: TemporaryFolder
  beforeEach(async () => void (folder = await temporaryFolder()))
  afterEach(() => folder.remove())

  /** The exit code of a script, in the folder, with its programs before those of the system. */
  const run = (script: string): Promise<number> => {
    const env = { ...process.env, PATH: `${folder.path}${delimiter}${process.env['PATH'] ?? ''}` }
    const done = promisify(execFile)('bash', ['-eo', 'pipefail', '-c', script], { cwd: folder.path, env })
    return done.then(
      () => 0,
      (error: { code: number }) => error.code,
    )
  }

  const [X64, ARM64] = ['release/linux-unpacked/resources', 'release/linux-arm64-unpacked/resources']
  const [MAC_X64, MAC_ARM64] = ['release/mac/Mailbell.app/Contents/Resources', 'release/mac-arm64/Mailbell.app/Contents/Resources']
  test.each([
    ['one in each package', [`${X64} linux-x64-gnu`, `${ARM64} linux-arm64-gnu`], 0],
    ['one in each package of macOS', [`${MAC_X64} darwin-x64`, `${MAC_ARM64} darwin-arm64`], 0],
    ['none for arm64', [`${X64} linux-x64-gnu`], 1],
    ['that of x64 in both', [`${X64} linux-x64-gnu`, `${ARM64} linux-x64-gnu`], 1],
    ['each in the other package', [`${X64} linux-arm64-gnu`, `${ARM64} linux-x64-gnu`], 1],
    ['both in one package', [`${X64} linux-x64-gnu`, `${X64} linux-arm64-gnu`], 1],
  ])('accepts or rejects rasterisers: %s', async (_how, files, code) => {
    for (const file of files) {
      const [resources = '', processor = ''] = file.split(' ')
      const path = join(folder.path, resources, `app.asar.unpacked/node_modules/@resvg/resvg-js-${processor}/resvgjs.${processor}.node`)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, '')
    }
    expect(await run(scriptOf('package', 'Verify the rasterisers'))).toBe(code)
  })

  test.each([
    ['3.53.1', '3.53.0', 0],
    ['3.53.1', '3.50.4', 1],
  ])('compares SQLite %s of Node with %s of Electron', async (node, electron, code) => {
    writeFileSync(join(folder.path, 'npx'), `#!/bin/sh\ntest "$1" = node && echo ${node} || echo ${electron}\n`, { mode: 0o755 })
    expect(await run(scriptOf('desktop', 'Compare the SQLite of Node and Electron'))).toBe(code)
  })
})

describe.skipIf(process.platform === 'win32')('the rasteriser for both processors', () => {
  const script = jobs['package']?.steps.find(({ name }) => name?.startsWith('Fetch the rasteriser'))?.run ?? ''
  const load = createRequire(import.meta.url)
  const { version, optionalDependencies }: { version: string; optionalDependencies: Record<string, string> } = load(
    join(root, 'node_modules/@resvg/resvg-js/package.json'),
  )

  test.each([
    ['Linux', ['linux-x64-gnu', 'linux-arm64-gnu']],
    ['macOS', ['darwin-x64', 'darwin-arm64']],
    ['Windows', ['win32-x64-msvc', 'win32-arm64-msvc']],
  ])('is fetched in one command on %s, in the version of this checkout', async (system, processors) => {
    const folder = await temporaryFolder()
    try {
      writeFileSync(join(folder.path, 'npm'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 })
      const env = { ...process.env, PATH: `${folder.path}:${process.env['PATH'] ?? ''}`, RUNNER_OS: system }
      const { stdout } = await promisify(execFile)('bash', ['-eo', 'pipefail', '-c', script], { cwd: root, env })
      const [command, ...others] = stdout.trim().split('\n')
      expect(others).toEqual([])
      const packages = (command ?? '').split(' ').filter((word) => word.startsWith('@'))
      expect(packages).toEqual(processors.map((processor) => `@resvg/resvg-js-${processor}@${version}`))
      for (const each of processors) expect(optionalDependencies[`@resvg/resvg-js-${each}`]).toBe(version)
    } finally {
      await folder.remove()
    }
  })
})

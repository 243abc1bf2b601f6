/** The CI workflow, as far as it can be checked without its runners. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { temporaryFolder } from '../helpers/tmp.ts'

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
  readonly permissions?: object
  readonly 'timeout-minutes'?: number
}

const root = join(import.meta.dirname, '../..')
const text = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8')
const { jobs, permissions }: { jobs: Record<string, Job>; permissions: object } = parse(text)
const steps = Object.values(jobs).flatMap((job) => job.steps)

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
  const script = jobs['package']?.steps.find(({ name }) => name === 'Verify the fuses')?.run ?? ''
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

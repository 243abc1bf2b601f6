import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { defineConfig } from 'vitest/config'
import { needs } from './test/helpers/parts.ts'
import { createSlowFirst } from './scripts/slow-first.ts'
import { createSummaryReporter } from './scripts/summary-reporter.ts'

/** Folders whose tests run the built program, a real browser or a real mail server. */
const WHOLE = /^test.(?:desktop|e2e|packaging|simulation|truth|visual)\b/
/** Matches test files that require the build, or a program that is not an npm package. */
const NEEDS = /\bneeds\(|helpers\/(?:cli|cli-folder|(?:web|programs)\/(?:chromium|oidc|prism))\.ts/

// Test workers, and the hundreds of programs that tests start, then compile each module once.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node-compile')
/** Take ten seconds or more each. */
const LONG = /fuzz|regular-expressions|command.command|worst-inputs/

const files = globSync('test/**/*.test.ts')
const isUnit = (file: string): boolean => !WHOLE.test(file) && !LONG.test(file) && !NEEDS.test(readFileSync(file, 'utf8'))
const unit = files.filter(isUnit)

const desktop = files.filter((file) => /^test.desktop\b/.test(file))
/** The specs of the desktop app that depend on the platform; all of them where TEST_ALL_PLATFORMS=true. */
const onEachPlatform =
  process.env['TEST_ALL_PLATFORMS'] === 'true' ? desktop : desktop.filter((file) => /^test.desktop.platforms\b/.test(file))
/** The stand-in also plays the platforms that this machine is not; real Electron cannot. */
const otherPlatforms =
  process.env['MAILBELL_E2E'] === 'electron' ? [] : ['linux', 'win32', 'darwin'].filter((platform) => platform !== process.platform)

/** The wire's contract is also tested through each of these proxies. */
const WIRE = ['read', 'write', 'messages', 'model', 'pages', 'legacy', 'bodies', 'history'].map(
  (name) => `test/contract/wire/${name}.test.ts`,
)
const fronts = (['nginx', 'apache2'] as const).filter(needs)

/** The specs of the page that also run in Firefox: what people do there against real servers, and three views by the keyboard alone. */
const PAGE = [
  ...['manage', 'act', 'page', 'page-reading', 'sign-in'].map((name) => `test/e2e/${name}.test.ts`),
  ...['add/find-mailbox', 'home/first-run', 'messages/latest-messages'].map((name) => `test/renderer/ui/${name}.test.ts`),
]
const inFirefox = needs('firefox') ? ['firefox'] : []

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: unit } },
      { extends: true, test: { name: 'real', include: ['test/**/*.test.ts'], exclude: unit } },
      ...otherPlatforms.map((name) => ({ extends: true as const, test: { name, include: onEachPlatform, env: { TEST_PLATFORM: name } } })),
      ...inFirefox.map((name) => ({
        extends: true as const,
        test: { name, include: PAGE, env: { TEST_BROWSER: name } },
      })),
      ...fronts.map((front) => ({ extends: true as const, test: { name: front, include: WIRE, env: { TEST_FRONT: front } } })),
    ],
    sequence: { sequencer: createSlowFirst((path) => WHOLE.test(relative(import.meta.dirname, path))) },
    reporters: ['default', createSummaryReporter((line) => process.stdout.write(`${line}\n`))],
    // Tests with a real server or browser mostly wait, so run more files than a machine of two cores has cores.
    maxWorkers: 3,
    // A busy machine may stall a real server for longer than a test waits: CI retries a test once, and lists it.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})

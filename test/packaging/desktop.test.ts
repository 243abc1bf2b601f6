/** The configuration of the desktop's packages, as electron-builder itself checks it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const load = createRequire(import.meta.url)
const config: Record<string, { target?: { target: string; arch: string[] }[] }> & { protocols: unknown } = parse(
  readFileSync(join(root, 'electron-builder.yml'), 'utf8'),
)
const builder: { validateConfiguration(config: object, log: { isEnabled: boolean; add(): void }): Promise<void> } = load(
  join(root, 'node_modules/app-builder-lib/out/util/config/config.js'),
)
const log = { isEnabled: false, add: () => undefined }

test('is what electron-builder understands', async () => {
  await expect(builder.validateConfiguration(structuredClone(config), log)).resolves.toBeUndefined()
  await expect(builder.validateConfiguration({ ...structuredClone(config), linux: { tarjet: 'deb' } }, log)).rejects.toThrow(
    /configuration\.linux/,
  )
})

test.each([
  ['linux', { AppImage: ['x64', 'arm64'], deb: ['x64', 'arm64'], rpm: ['x64', 'arm64'] }],
  ['mac', { dmg: ['x64', 'arm64'], zip: ['x64', 'arm64'] }],
  ['win', { nsis: ['x64', 'arm64'], portable: ['x64'] }],
] as const)('has a package of each kind for %s', (system, targets) => {
  const made = Object.fromEntries((config[system]?.target ?? []).map(({ target, arch }) => [target, arch]))
  expect(made).toEqual(targets)
})

test('links of a team are the app’s', () => {
  expect(config.protocols).toEqual([{ name: 'Mailbell', schemes: ['mailbell'] }])
})

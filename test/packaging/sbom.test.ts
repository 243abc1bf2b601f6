/** The SBOM of the downloads. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Bom {
  readonly metadata: { readonly component: { readonly name: string } }
  readonly components: readonly { readonly name: string; readonly version: string; readonly purl: string }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

const root = join(import.meta.dirname, '../..')
const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

test('names the app, Electron and the bundled packages, and no package that only the build and the tests use', () => {
  // Through a shell, because npm is a shell script on Windows.
  const line = 'npm sbom --sbom-format cyclonedx | node scripts/sbom.ts'
  const bom: Bom = JSON.parse(execFileSync(line, { shell: true, cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  expect(bom.metadata.component.name).toBe('mailbell')
  const names = bom.components.map(({ name }) => name)
  // Of the server, the app, the page, and two that packages bring.
  expect(names).toEqual(expect.arrayContaining(['fastify', 'electron-updater', '@resvg/resvg-js', 'preact', 'iconv-lite', 'avvio']))
  for (const name of ['vite', 'vitest', 'typescript', 'electron-builder', 'playwright-core']) expect(names).not.toContain(name)
  const purls = bom.components.map(({ purl }) => purl)
  for (const name of ['electron', 'fastify']) expect(purls).toContain(`pkg:npm/${name}@${devDependencies[name] ?? ''}`)
  expect(bom.dependencies.find(({ ref }) => ref.startsWith('mailbell@'))?.dependsOn).toContain(
    `electron@${devDependencies['electron'] ?? ''}`,
  )
  expect(new Set(bom.dependencies.map(({ ref }) => ref)).size).toBe(bom.dependencies.length)
})

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

test('names the app, its packages and Electron, and no development package', () => {
  // Through a shell, because npm is a shell script on Windows.
  const line = 'npm sbom --sbom-format cyclonedx --omit dev | node scripts/sbom.ts'
  const bom: Bom = JSON.parse(execFileSync(line, { shell: true, cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  expect(bom.metadata.component.name).toBe('mailbell')
  const names = bom.components.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['fastify', 'imapflow', 'electron']))
  expect(names.filter((name) => name !== 'electron' && name in devDependencies)).toEqual([])
  const electron = `electron@${devDependencies['electron'] ?? ''}`
  expect(bom.components.at(-1)?.purl).toBe(`pkg:npm/${electron}`)
  expect(bom.dependencies.find(({ ref }) => ref.startsWith('mailbell@'))?.dependsOn).toContain(electron)
  expect(new Set(bom.dependencies.map(({ ref }) => ref)).size).toBe(bom.dependencies.length)
})

/**
 * `npm sbom --sbom-format cyclonedx --omit dev | node scripts/sbom.ts`: completes npm's list. Electron is a
 * development dependency for npm, but most of the shipped code; and the root component gets the package's name instead of its
 * folder's.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { json } from 'node:stream/consumers'
import { z } from 'zod'

const load = createRequire(import.meta.url)
const Package = z.object({ name: z.string(), version: z.string(), license: z.string(), description: z.string() })
const Bom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(z.unknown()),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
})

const packageAt = (path: string) => Package.parse(JSON.parse(readFileSync(load.resolve(path), 'utf8')))
const [own, electron] = [packageAt('../package.json'), packageAt('electron/package.json')]
const bom = Bom.parse(await json(process.stdin))
const root = bom.metadata.component['bom-ref']
const ref = `${electron.name}@${electron.version}`

const component = {
  'bom-ref': ref,
  type: 'framework',
  name: electron.name,
  version: electron.version,
  description: electron.description,
  scope: 'required',
  purl: `pkg:npm/${ref}`,
  licenses: [{ license: { id: electron.license } }],
}
const dependencies = bom.dependencies.map((each) => (each.ref === root ? { ...each, dependsOn: [...each.dependsOn, ref] } : each))
const completed = {
  ...bom,
  metadata: { ...bom.metadata, component: { ...bom.metadata.component, name: own.name } },
  components: [...bom.components, component],
  dependencies: [...dependencies, { ref, dependsOn: [] }],
}
process.stdout.write(`${JSON.stringify(completed, null, 2)}\n`)

/**
 * `npm sbom --sbom-format cyclonedx | node scripts/sbom.ts`, after a build: reduces npm's list to what the packages contain.
 * All packages are development packages for npm, because the build bundles those that Mailbell uses. The root component
 * gets the package's name instead of its folder's.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { packagesIn } from './notices.ts'

const root = join(import.meta.dirname, '..')
const Component = z.looseObject({
  'bom-ref': z.string(),
  name: z.string(),
  version: z.string(),
  properties: z.array(z.object({ name: z.string(), value: z.string() })),
})
const Bom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(Component),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
})

/** Beside the bundles. */
const UNBUNDLED = /^(?:electron|@resvg\/resvg-js.*)$/
const bundled = new Set(globSync('dist/notices/*.txt', { cwd: root }).flatMap((file) => packagesIn(readFileSync(join(root, file), 'utf8'))))
const { name } = z.object({ name: z.string() }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))

const bom = Bom.parse(await json(process.stdin))
const isShipped = (component: z.infer<typeof Component>): boolean =>
  UNBUNDLED.test(component.name) || bundled.has(`${component.name}@${component.version}`)
const shipped = bom.components.filter(isShipped)
const refs = new Set([bom.metadata.component['bom-ref'], ...shipped.map((component) => component['bom-ref'])])
const reduced = {
  ...bom,
  metadata: { ...bom.metadata, component: { ...bom.metadata.component, name } },
  components: shipped.map(({ properties, ...component }) =>
    Object.assign(component, { properties: properties.filter((property) => property.name !== 'cdx:npm:package:development') }),
  ),
  dependencies: bom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ dependsOn, ...each }) => Object.assign(each, { dependsOn: dependsOn.filter((ref) => refs.has(ref)) })),
}
process.stdout.write(`${JSON.stringify(reduced, null, 2)}\n`)

/** `node scripts/checksums.ts FOLDER`: writes SHA256SUMS of its files, for `sha256sum --check`. */
import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const NAME = 'SHA256SUMS'
/** The files that users and electron-updater download. */
const RELEASED = /\.(AppImage|deb|rpm|dmg|zip|exe|tgz|blockmap|yml|json)$/

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('Usage: node scripts/checksums.ts release')
  process.exitCode = 2
} else {
  const lines: string[] = []
  for (const name of readdirSync(folder).toSorted()) {
    if (!RELEASED.test(name) || name.startsWith('builder-')) continue
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(folder, name)), hash)
    lines.push(`${hash.digest('hex')}  ${name}\n`)
  }
  writeFileSync(join(folder, NAME), lines.join(''))
}

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { extractAll } from '@electron/asar'

const root = join(import.meta.dirname, '../../..')
/** The fuse wire that @electron/fuses expects in a binary: sentinel, version, number of fuses, fuses. */
const fuseWire = Buffer.from(`dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0009${'0'.repeat(9)}`)

/** Builds the real app.asar around a placeholder of Electron, and extracts it. Requires `npm run build`, and no network. */
export async function packApp(): Promise<{ asarPath: string; extractedDir: string; bytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'mailbell-package-'))
  const files = ['electron', 'version', 'LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak', 'resources/none']
  for (const file of files) {
    const path = join(folder, 'electron', file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, file === 'electron' ? fuseWire : '')
  }
  const builder = join(root, 'node_modules/electron-builder/cli.js')
  const options = [`-c.electronDist=${join(folder, 'electron')}`, `-c.directories.output=${join(folder, 'out')}`]
  await promisify(execFile)(process.execPath, [builder, '--linux', 'dir', '--publish', 'never', ...options], { cwd: root })
  const asarPath = join(folder, 'out/linux-unpacked/resources/app.asar')
  const extractedDir = join(folder, 'app')
  extractAll(asarPath, extractedDir)
  return { asarPath, extractedDir, bytes: (await stat(asarPath)).size }
}

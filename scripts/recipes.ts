/**
 * `node scripts/recipes.ts FOLDER HOMEPAGE`: writes the recipes of `packaging/` for the release in FOLDER, with the checksums of
 * its SHA256SUMS, to FOLDER/recipes. HOMEPAGE is the address of the repository.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fillRecipe, parseChecksums } from './recipe.ts'

const RECIPES = '{aur,flatpak,homebrew,winget}/{*,.SRCINFO}'
const root = join(import.meta.dirname, '..')
const packaging = join(root, 'packaging')

const [folder, homepage] = process.argv.slice(2)
if (folder === undefined || homepage === undefined || !/^https:\/\/[^\s"'{}]+[^\s"'{}/]$/.test(homepage)) {
  console.error('Usage: node scripts/recipes.ts release https://example.org/owner/mailbell')
  process.exitCode = 2
} else {
  const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const checksums = parseChecksums(readFileSync(join(folder, 'SHA256SUMS'), 'utf8'))
  const release = { version, date: new Date().toISOString().slice(0, 10), homepage, checksums }
  for (const file of globSync(join(packaging, RECIPES))) {
    const target = join(folder, 'recipes', relative(packaging, file))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, fillRecipe(readFileSync(file, 'utf8'), release))
  }
}

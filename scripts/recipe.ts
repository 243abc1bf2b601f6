/** Fills in a recipe of `packaging/`: version, date, and the address and checksum of each download. */

export interface Release {
  readonly version: string
  /** YYYY-MM-DD. */
  readonly date: string
  /** The repository's page, which has the downloads under `releases/`. */
  readonly homepage: string
  /** By file name. */
  readonly checksums: ReadonlyMap<string, string>
}

/** @throws Error with the placeholder or file that the release does not have */
export function fillRecipe(text: string, { version, date, homepage, checksums }: Release): string {
  function checksumOf(file: string): string {
    const checksum = checksums.get(file)
    if (checksum === undefined) throw new Error(`SHA256SUMS does not name ${file}. Build all packages first.`)
    return checksum
  }
  const filled = text
    .replaceAll('{{version}}', version)
    .replaceAll('{{date}}', date)
    .replaceAll('{{homepage}}', homepage)
    .replaceAll(/\{\{sha256 ([^{}]+)\}\}/g, (_all, file: string) => checksumOf(file))
    .replaceAll(/\{\{url ([^{}]+)\}\}/g, (_all, file: string) => {
      checksumOf(file)
      return `${homepage}/releases/download/v${version}/${file}`
    })
  const [unknown] = /\{\{[^}]*\}\}/.exec(filled) ?? []
  if (unknown !== undefined) throw new Error(`A recipe has the unknown placeholder ${unknown}.`)
  return filled
}

/** The lines of SHA256SUMS. */
export function parseChecksums(text: string): ReadonlyMap<string, string> {
  return new Map(Array.from(text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm), ([, checksum = '', file = '']) => [file, checksum]))
}

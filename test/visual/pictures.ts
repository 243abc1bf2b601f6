/** Reference pictures: stored with the tests, reviewed by a person, and compared with the current rendering. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'

/** With `PICTURES=new` the present pictures replace the stored ones; look at them before you commit them. */
const renew = process.env['PICTURES'] === 'new'

/** The background of a sheet: a colour that nothing else has. */
const GROUND = [160, 90, 190, 255] as const
const GAP = 8
/** The share of a panel's pixels that may differ: less than one changed word. */
const TOLERANCE = 0.0003

/** Where a panel lies on its sheet. */
interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Sheet {
  readonly picture: PNG
  readonly places: readonly Place[]
}

/** Panels in rows, each row as high as its highest panel. */
export function sheetOf(rows: readonly (readonly PNG[])[]): Sheet {
  const heights = rows.map((row) => Math.max(...row.map(({ height }) => height)))
  const width = Math.max(...rows.map((row) => row.reduce((sum, panel) => sum + panel.width + GAP, GAP)))
  const picture = new PNG({ width, height: heights.reduce((sum, height) => sum + height + GAP, GAP) })
  for (let at = 0; at < picture.data.length; at += 4) picture.data.set(GROUND, at)
  const places: Place[] = []
  let y = GAP
  for (const [index, row] of rows.entries()) {
    let x = GAP
    for (const panel of row) {
      PNG.bitblt(panel, picture, 0, 0, panel.width, panel.height, x, y)
      places.push({ x, y, width: panel.width, height: panel.height })
      x += panel.width + GAP
    }
    y += (heights[index] ?? 0) + GAP
  }
  return { picture, places }
}

/**
 * Compares with the stored picture, panel by panel.
 * @returns null where they match, else a sentence that names the present picture
 */
export function differenceFrom(storedPath: string, now: Sheet): string | null {
  const differencePath = join(dirname(storedPath), 'differences', basename(storedPath))
  rmSync(differencePath, { force: true })
  if (renew) {
    mkdirSync(dirname(storedPath), { recursive: true })
    writeFileSync(storedPath, PNG.sync.write(quantized(now.picture), { deflateLevel: 9, deflateStrategy: 0, filterType: 0, colorType: 2 }))
    return null
  }
  const stored = existsSync(storedPath) ? PNG.sync.read(readFileSync(storedPath)) : null
  const differing = stored && differingPanels(stored, now)
  if (differing?.length === 0) return null
  mkdirSync(dirname(differencePath), { recursive: true })
  writeFileSync(differencePath, PNG.sync.write(now.picture))
  const what = differing === null ? 'is new' : `differs in ${differing.join(', ')}`
  return `${basename(storedPath)} ${what}: look at ${differencePath}, and accept it with PICTURES=new if it is right.`
}

/** The panels that differ, each with its share of differing pixels. */
export function differingPanels(before: PNG, { picture, places }: Sheet): readonly string[] {
  if (before.width !== picture.width || before.height !== picture.height) return ['its size']
  return places.flatMap((place, index) => {
    if (isSame(before, picture, place)) return []
    const share = differingShare(shrunk(before, place), shrunk(picture, place))
    return share > TOLERANCE ? [`panel ${index + 1} (${(share * 100).toFixed(2)} %)`] : []
  })
}

/** 32 steps a colour look the same and halve the size of the file. */
const STEPS = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round(value / 8) * 8))

function quantized(picture: PNG): PNG {
  for (let at = 0; at < picture.data.length; at += 1) picture.data[at] = STEPS[picture.data[at] ?? 0] ?? 0
  return picture
}

/** Whether the stored panel is that of now, quantized, which is so unless something has changed. */
function isSame({ data: before }: PNG, { data: now, width: sheetWidth }: PNG, { x, y, width, height }: Place): boolean {
  for (let line = y; line < y + height; line += 1) {
    const from = (line * sheetWidth + x) * 4
    for (let at = from; at < from + width * 4; at += 1) if (before[at] !== STEPS[now[at] ?? 0]) return false
  }
  return true
}

function differingShare(before: PNG, now: PNG): number {
  return pixelmatch(before.data, now.data, undefined, before.width, before.height, { threshold: 0.15 }) / (before.width * before.height)
}

/** A panel at half its size, which reduces differences at the edges of letters: each pixel is the average of four. */
function shrunk({ data, width: sheetWidth }: PNG, place: Place): PNG {
  const small = new PNG({ width: Math.floor(place.width / 2), height: Math.floor(place.height / 2) })
  const row = sheetWidth * 4
  let to = 0
  for (let y = 0; y < small.height; y += 1) {
    let from = (place.y + y * 2) * row + place.x * 4
    for (let x = 0; x < small.width; x += 1) {
      for (let channel = 0; channel < 4; channel += 1, from += 1, to += 1)
        small.data[to] = ((data[from] ?? 0) + (data[from + 4] ?? 0) + (data[from + row] ?? 0) + (data[from + row + 4] ?? 0) + 2) >> 2
      from += 4
    }
  }
  return small
}

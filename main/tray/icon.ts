/**
 * Pure: the vectors of tray, badge and app icon. A bell; with a number, the bell's body becomes a plate that the number
 * fills, so that it is readable at 16 px. Each state differs in shape: outline, filled plate, struck through, exclamation mark.
 */
import { formatCount } from '../../common/model/totals.ts'
import type { IconScheme, IconView } from './tray-view.ts'

/** Digits as strokes, so that a number needs no font; each in a box 6 wide and 10 high, drawn along its middle line. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': 'M1 3.2a2 2.2 0 0 1 4 0v3.6a2 2.2 0 0 1-4 0z',
  '1': 'M1.5 2.7 3.5 1V9',
  '2': 'M1 3a2 2 0 0 1 4 0C5 4.8 3.4 5.8 1 9h4.2',
  '3': 'M1.1 2.2A2 2 0 1 1 2.9 4.9 2.05 2.05 0 1 1 1.1 7.8',
  '4': 'M4.2 9V1L.8 6.6h4.8',
  '5': 'M4.9 1H1.5L1.2 4.7A2.3 2.3 0 1 1 1 8.1',
  '6': 'M4.4 1C2.2 2 1 4 1 6.7a2 2.3 0 1 0 4 0 2 2.3 0 1 0-4 0',
  '7': 'M1 1h4.1L2.5 9',
  '8': 'M3 4.8A1.8 1.9 0 0 1 3 1a1.8 1.9 0 0 1 0 3.8A2 2.1 0 0 1 3 9a2 2.1 0 0 1 0-4.2',
  '9': 'M1.6 9C3.8 8 5 6 5 3.3a2 2.3 0 1 0-4 0 2 2.3 0 1 0 4 0',
  '+': 'M.8 5.4h4.4M3 3.2v4.4',
}

/** Ink: lines and plates. Paper: what is cut out of a plate, and the rim that separates ink from a coloured panel. */
type Palette = Readonly<Record<'ink' | 'plate' | 'warn' | 'paper', string>>

const PALETTES: Readonly<Record<IconScheme, Palette>> = {
  light: { ink: '#24292f', plate: '#c81e1e', warn: '#8a4b00', paper: '#ffffff' },
  dark: { ink: '#f0f3f6', plate: '#ff5a4f', warn: '#ffb53d', paper: '#14171a' },
  template: { ink: '#000000', plate: '#000000', warn: '#000000', paper: '#ffffff' },
}

const BELL = 'M8 1.4c-2.9 0-4.6 2.1-4.6 4.9v2.5L1.9 11.4v.9h12.2v-.9L12.6 8.8V6.3c0-2.8-1.7-4.9-4.6-4.9z'
const CLAPPER = 'M6.3 13.4a1.75 1.75 0 0 0 3.4 0z'
const STRIKE = 'M2.2 14.2 14 2'

/** A square of 16 units, without background. */
export function trayIcon({ state, count, incomplete, muted }: IconView, scheme: IconScheme): string {
  const colours = PALETTES[scheme]
  const { ink, paper, warn } = colours
  // A template has no second colour; the title beside it shows the number (macOS).
  const isTemplate = scheme === 'template'
  const behind = isTemplate ? '' : rim(paper)
  const mark = incomplete ? incompleteMark(ink) : ''
  switch (state) {
    case 'unread':
      if (isTemplate) return svg(16, (muted ? mutedFilledBell(ink) : filled(ink)) + mark)
      return svg(16, count === null ? dot(muted, incomplete, colours) : plate(formatCount(count), incomplete, muted, colours))
    case 'plain':
      return svg(16, behind + (muted ? mutedBell(ink) : outline(ink)) + mark)
    case 'unknown':
      return svg(16, withMutedMark(behind + struckOut(ink), muted, ink))
    case 'attention': {
      const bell = isTemplate ? outline(ink) + exclamation(ink) : filled(warn) + exclamation(paper)
      return svg(16, withMutedMark(behind + bell, muted, ink))
    }
  }
}

/** The number on a disc: the overlay of a taskbar button (Windows, 16 px). */
export function overlayIcon(count: number): string {
  const { plate: fill, paper } = PALETTES.light
  return svg(16, `${disc(8, 8, 8, fill)}${number(formatCount(count), 8, 11.5, 8.2, paper)}`)
}

/** A bell with a mark, on a rounded ground. */
export function appIcon(): string {
  const ground = '<rect x="1" y="1" width="30" height="30" rx="7" fill="#1f4fd8"/>'
  return svg(32, `${ground}${whiteBell(5.6, 5.4, 1.3)}${redMark(23.4, 9.4, 4.6, 1.6)}`)
}

/** For systems that cut a shape out of it: the ground reaches every edge, and the bell stays in the middle. */
export function maskableIcon(): string {
  const ground = '<rect width="32" height="32" fill="#1f4fd8"/>'
  return svg(32, `${ground}${whiteBell(8.8, 8.6, 0.9)}${redMark(21.2, 11.4, 3.2, 1.1)}`)
}

const whiteBell = (x: number, y: number, scale: number): string =>
  `<g transform="translate(${x} ${y}) scale(${scale})">${area(BELL, '#fff')}${area(CLAPPER, '#fff')}</g>`
const redMark = (x: number, y: number, radius: number, rimWidth: number): string =>
  disc(x, y, radius, '#ff5a4f', ` stroke="#1f4fd8" stroke-width="${rimWidth}"`)

const svg = (units: number, body: string): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${units} ${units}">${body}</svg>`

const ROUND = ' stroke-linejoin="round" stroke-linecap="round"'
const area = (path: string, fill: string, more = ''): string => `<path d="${path}" fill="${fill}"${more}/>`
const line = (path: string, colour: string, width: number, more = ''): string =>
  area(path, 'none', ` stroke="${colour}" stroke-width="${width}"${more}`)
/** An area with an edge of the same colour. */
const solid = (path: string, colour: string, width: number, more = ''): string =>
  area(path, colour, ` stroke="${colour}" stroke-width="${width}"${more}`)
const disc = (x: number, y: number, radius: number, fill: string, more = ''): string =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"${more}/>`

/** The body without what the black hole covers. @param id one for each hole in an icon */
const cutOut = (id: string, hole: string, body: string, more = ''): string =>
  `<mask id="${id}">${area('M0 0h16v16H0z', '#fff')}${hole}</mask><g mask="url(#${id})"${more}>${body}</g>`

const outline = (ink: string): string => line(BELL, ink, 1.3, ROUND) + area(CLAPPER, ink)
const filled = (fill: string): string => solid(BELL, fill, 1.3, ROUND) + area(CLAPPER, fill)

/** Behind the ink, in the colour of the intended panel: visible only on a panel of another colour. */
const rim = (paper: string): string => solid(BELL, paper, 3, ROUND) + solid(CLAPPER, paper, 1.6)

/** A pause sign replaces the clapper. */
const mutedBell = (ink: string): string => line(BELL, ink, 1.3, ROUND) + pause(ink)
/** With unread messages: a pause sign cut out of a filled bell. */
const mutedFilledBell = (ink: string): string => cutOut('p', pause('#000'), solid(BELL, ink, 1.3, ROUND))
const pause = (ink: string): string => line('M6.4 4.6v4.6M9.6 4.6v4.6', ink, 1.7, ROUND)

const PAUSE_BESIDE = 'M11.9 10.6v4.4M15 10.6v4.4'

/** Adds a pause sign beside a state that is not about muting, cut free of what is behind it. */
const withMutedMark = (body: string, muted: boolean, ink: string): string =>
  muted ? cutOut('b', line(PAUSE_BESIDE, '#000', 4.2, ' stroke-linecap="square"'), body) + line(PAUSE_BESIDE, ink, 1.9) : body

/** A dot beside the bell: the number is incomplete. */
const incompleteMark = (ink: string): string => disc(14, 2.4, 1.7, ink)

/** Dimmed, and struck through with a gap on both sides of the line. */
const struckOut = (ink: string): string =>
  cutOut('m', line(STRIKE, '#000', 4.2), outline(ink), ' opacity=".75"') + line(STRIKE, ink, 1.7, ROUND)

const exclamation = (colour: string): string => line('M8 3.6v4', colour, 1.9, ROUND) + disc(8, 10.3, 1.1, colour)

const PLATE =
  'M6.4 1.4h3.2v.8H12.6a2.8 2.8 0 0 1 2.8 2.8v6.2a2.8 2.8 0 0 1-2.8 2.8H9.7a1.75 1.75 0 0 1-3.4 0H3.4a2.8 2.8 0 0 1-2.8-2.8V5a2.8 2.8 0 0 1 2.8-2.8h3z'
const HOLLOW_PLATE = 'M4 2.8h8a3 3 0 0 1 3 3v4.6a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V5.8a3 3 0 0 1 3-3z'
const MUTED_PLATE = 'M.6 1.2h14.8v10.6H.6z'
const MUTED_HOLLOW_PLATE = 'M1.4 2h13.2v9H1.4z'
const MUTED_BARS = 'M3.2 14.4h3.4M9.4 14.4h3.4'

/**
 * The bell's body as a plate, with a knob above and a clapper below. A hollow plate says "incomplete"; sharp corners in the
 * ink's colour with a pause sign below say "muted".
 */
function plate(text: string, incomplete: boolean, muted: boolean, { ink, plate: fill, paper }: Palette): string {
  const width = text.length > 2 ? 13.8 : 12.2
  const colour = muted ? ink : fill
  const bars = muted ? line(MUTED_BARS, paper, 3.2, ' stroke-linecap="square"') + line(MUTED_BARS, ink, 1.6) : ''
  const middle = muted ? 6.5 : 8.1
  if (incomplete) {
    const shape = muted ? MUTED_HOLLOW_PLATE : HOLLOW_PLATE
    return bars + solid(shape, paper, 3) + line(shape, colour, 1.5) + number(text, middle, width - 1.8, 7.4, colour)
  }
  const body = area(muted ? MUTED_PLATE : PLATE, colour, ` stroke="${paper}" stroke-width="1.1" paint-order="stroke"`)
  return bars + body + number(text, middle, width, muted ? 8.4 : 9.2, paper)
}

/** A large dot over the bell's corner, in place of a number. */
function dot(muted: boolean, incomplete: boolean, { ink, plate: fill, paper }: Palette): string {
  const colour = muted ? ink : fill
  const mark = incomplete ? disc(11.6, 4.6, 3, 'none', ` stroke="${colour}" stroke-width="1.6"`) : disc(11.6, 4.6, 3.5, colour)
  return rim(paper) + (muted ? mutedBell(ink) : outline(ink)) + disc(11.6, 4.6, 4.4, paper) + mark
}

/** The text as strokes, in the middle of the width, as large as the given width and height allow. */
function number(text: string, centreY: number, width: number, height: number, colour: string): string {
  const advance = 6.4
  const wide = text.length * advance - 0.4
  const scale = Math.min(width / wide, height / 10)
  const strokes = [...text].map((glyph, i) => `<path transform="translate(${round(i * advance)} 0)" d="${GLYPHS[glyph] ?? ''}"/>`).join('')
  const [x, y] = [round(8 - (wide * scale) / 2), round(centreY - 5 * scale)]
  const stroke = `stroke="${colour}" stroke-width="${round(1.55 / Math.sqrt(scale))}"`
  return `<g transform="translate(${x} ${y}) scale(${round(scale)})" fill="none" ${stroke}${ROUND}>${strokes}</g>`
}

const round = (value: number): number => Math.round(value * 100) / 100

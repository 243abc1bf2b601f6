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
const PALETTES: Readonly<Record<IconScheme, { ink: string; plate: string; warn: string; paper: string }>> = {
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
  return svg(16, `<circle cx="8" cy="8" r="8" fill="${fill}"/>${number(formatCount(count), 8, 8, 11.5, 8.2, paper)}`)
}

/** A bell with a mark, on a rounded ground. */
export function appIcon(): string {
  const ground = '<rect x="1" y="1" width="30" height="30" rx="7" fill="#1f4fd8"/>'
  const bell = `<g transform="translate(5.6 5.4) scale(1.3)"><path d="${BELL}" fill="#fff"/><path d="${CLAPPER}" fill="#fff"/></g>`
  return svg(32, `${ground}${bell}<circle cx="23.4" cy="9.4" r="4.6" fill="#ff5a4f" stroke="#1f4fd8" stroke-width="1.6"/>`)
}

/** For systems that cut a shape out of it: the ground reaches every edge, and the bell stays in the middle. */
export function maskableIcon(): string {
  const bell = `<g transform="translate(8.8 8.6) scale(.9)"><path d="${BELL}" fill="#fff"/><path d="${CLAPPER}" fill="#fff"/></g>`
  return svg(
    32,
    `<rect width="32" height="32" fill="#1f4fd8"/>${bell}<circle cx="21.2" cy="11.4" r="3.2" fill="#ff5a4f" stroke="#1f4fd8" stroke-width="1.1"/>`,
  )
}

const svg = (units: number, body: string): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${units} ${units}">${body}</svg>`

const outline = (ink: string): string =>
  `<path d="${BELL}" fill="none" stroke="${ink}" stroke-width="1.3" stroke-linejoin="round"/><path d="${CLAPPER}" fill="${ink}"/>`

/** Behind the ink, in the colour of the intended panel: visible only on a panel of another colour. */
const rim = (paper: string): string =>
  `<path d="${BELL}" fill="${paper}" stroke="${paper}" stroke-width="3" stroke-linejoin="round"/><path d="${CLAPPER}" fill="${paper}" stroke="${paper}" stroke-width="1.6"/>`

/** A pause sign replaces the clapper. */
const mutedBell = (ink: string): string =>
  `<path d="${BELL}" fill="none" stroke="${ink}" stroke-width="1.3" stroke-linejoin="round"/>${pause(ink)}`

const pause = (ink: string): string => `<path d="M6.4 4.6v4.6M9.6 4.6v4.6" stroke="${ink}" stroke-width="1.7" stroke-linecap="round"/>`

const PAUSE_BESIDE = 'M11.9 10.6v4.4M15 10.6v4.4'

/** Adds a pause sign beside a state that is not about muting, cut free of what is behind it. */
function withMutedMark(body: string, muted: boolean, ink: string): string {
  if (!muted) return body
  const free = `<path d="${PAUSE_BESIDE}" stroke="#000" stroke-width="4.2" stroke-linecap="square"/>`
  const mask = `<mask id="b"><path d="M0 0h16v16H0z" fill="#fff"/>${free}</mask>`
  return `${mask}<g mask="url(#b)">${body}</g><path d="${PAUSE_BESIDE}" stroke="${ink}" stroke-width="1.9"/>`
}

/** With unread messages: a pause sign cut out of a filled bell. */
function mutedFilledBell(ink: string): string {
  const mask = `<mask id="p"><path d="M0 0h16v16H0z" fill="#fff"/>${pause('#000')}</mask>`
  return `${mask}<g mask="url(#p)"><path d="${BELL}" fill="${ink}" stroke="${ink}" stroke-width="1.3" stroke-linejoin="round"/></g>`
}

/** A dot beside the bell: the number is incomplete. */
const incompleteMark = (ink: string): string => `<circle cx="14" cy="2.4" r="1.7" fill="${ink}"/>`

/** Dimmed, and struck through with a gap on both sides of the line. */
function struckOut(ink: string): string {
  const mask = `<mask id="m"><path d="M0 0h16v16H0z" fill="#fff"/><path d="${STRIKE}" stroke="#000" stroke-width="4.2"/></mask>`
  return `${mask}<g mask="url(#m)" opacity=".75">${outline(ink)}</g><path d="${STRIKE}" stroke="${ink}" stroke-width="1.7" stroke-linecap="round"/>`
}

const filled = (fill: string): string =>
  `<path d="${BELL}" fill="${fill}" stroke="${fill}" stroke-width="1.3" stroke-linejoin="round"/><path d="${CLAPPER}" fill="${fill}"/>`

const exclamation = (colour: string): string =>
  `<path d="M8 3.6v4" stroke="${colour}" stroke-width="1.9" stroke-linecap="round"/><circle cx="8" cy="10.3" r="1.1" fill="${colour}"/>`

const PLATE =
  'M6.4 1.4h3.2v.8H12.6a2.8 2.8 0 0 1 2.8 2.8v6.2a2.8 2.8 0 0 1-2.8 2.8H9.7a1.75 1.75 0 0 1-3.4 0H3.4a2.8 2.8 0 0 1-2.8-2.8V5a2.8 2.8 0 0 1 2.8-2.8h3z'
const HOLLOW_PLATE = 'M4 2.8h8a3 3 0 0 1 3 3v4.6a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V5.8a3 3 0 0 1 3-3z'
const MUTED_PLATE = 'M.6 1.2h14.8v10.6H.6z'
const MUTED_BARS = 'M3.2 14.4h3.4M9.4 14.4h3.4'

/**
 * The bell's body as a plate, with a knob above and a clapper below. A hollow plate says "incomplete"; sharp corners in the
 * ink's colour with a pause sign below say "muted".
 */
function plate(text: string, incomplete: boolean, muted: boolean, { ink, plate: fill, paper }: (typeof PALETTES)[IconScheme]): string {
  const width = text.length > 2 ? 13.8 : 12.2
  const colour = muted ? ink : fill
  const bars = muted
    ? `<path d="${MUTED_BARS}" stroke="${paper}" stroke-width="3.2" stroke-linecap="square"/><path d="${MUTED_BARS}" stroke="${ink}" stroke-width="1.6"/>`
    : ''
  const middle = muted ? 6.5 : 8.1
  if (incomplete) {
    const shape = muted ? 'M1.4 2h13.2v9H1.4z' : HOLLOW_PLATE
    const body = `<path d="${shape}" fill="${paper}" stroke="${paper}" stroke-width="3"/><path d="${shape}" fill="none" stroke="${colour}" stroke-width="1.5"/>`
    return bars + body + number(text, 8, middle, width - 1.8, 7.4, colour)
  }
  const shape = muted ? MUTED_PLATE : PLATE
  return `${bars}<path d="${shape}" fill="${colour}" stroke="${paper}" stroke-width="1.1" paint-order="stroke"/>${number(text, 8, middle, width, muted ? 8.4 : 9.2, paper)}`
}

/** A large dot over the bell's corner, in place of a number. */
function dot(muted: boolean, incomplete: boolean, { ink, plate: fill, paper }: (typeof PALETTES)[IconScheme]): string {
  const colour = muted ? ink : fill
  const circle = incomplete
    ? `<circle cx="11.6" cy="4.6" r="4.4" fill="${paper}"/><circle cx="11.6" cy="4.6" r="3" fill="none" stroke="${colour}" stroke-width="1.6"/>`
    : `<circle cx="11.6" cy="4.6" r="4.4" fill="${paper}"/><circle cx="11.6" cy="4.6" r="3.5" fill="${colour}"/>`
  return rim(paper) + (muted ? mutedBell(ink) : outline(ink)) + circle
}

/** The text as strokes, centred, as large as the given width and height allow. */
function number(text: string, centreX: number, centreY: number, width: number, height: number, colour: string): string {
  const advance = 6.4
  const wide = text.length * advance - 0.4
  const scale = Math.min(width / wide, height / 10)
  const strokes = [...text].map((glyph, i) => `<path transform="translate(${round(i * advance)} 0)" d="${GLYPHS[glyph] ?? ''}"/>`).join('')
  const x = round(centreX - (wide * scale) / 2)
  const y = round(centreY - 5 * scale)
  return `<g transform="translate(${x} ${y}) scale(${round(scale)})" fill="none" stroke="${colour}" stroke-width="${round(1.55 / Math.sqrt(scale))}" stroke-linecap="round" stroke-linejoin="round">${strokes}</g>`
}

const round = (value: number): number => Math.round(value * 100) / 100

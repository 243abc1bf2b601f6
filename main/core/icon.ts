/**
 * The one vector of tray, badge and app icon. A bell; with a number, the bell's body becomes a plate that the number
 * fills, so that it is readable at 16 px. Each look differs in shape: outline, filled plate, struck through, raised mark.
 */
import { GLYPHS } from './glyphs.ts'
import { cap, type IconView } from './view.ts'

/** What the icon stands on: a light or a dark panel, or a system that colours its shape itself (macOS template). */
export type Scheme = 'light' | 'dark' | 'template'

/** Ink: lines and plates. Paper: what is cut out of a plate. */
const SCHEMES: Readonly<Record<Scheme, { ink: string; plate: string; warn: string; paper: string }>> = {
  light: { ink: '#24292f', plate: '#c81e1e', warn: '#8a4b00', paper: '#ffffff' },
  dark: { ink: '#f0f3f6', plate: '#ff5a4f', warn: '#ffb53d', paper: '#14171a' },
  template: { ink: '#000000', plate: '#000000', warn: '#000000', paper: '#ffffff' },
}

const BELL = 'M8 1.4c-2.9 0-4.6 2.1-4.6 4.9v2.5L1.9 11.4v.9h12.2v-.9L12.6 8.8V6.3c0-2.8-1.7-4.9-4.6-4.9z'
const CLAPPER = 'M6.3 13.4a1.75 1.75 0 0 0 3.4 0z'
const STRIKE = 'M2.2 14.2 14 2'

/** The icon in a square of 16 units, without background. */
export function trayIcon({ look, count, incomplete }: IconView, scheme: Scheme): string {
  const colours = SCHEMES[scheme]
  if (scheme === 'template') return template({ look, count, incomplete }, colours.ink)
  switch (look) {
    case 'unread':
      return svg(16, plate(count === null ? '' : cap(count), incomplete, colours))
    case 'idle':
      return svg(16, outline(colours.ink) + (incomplete ? mark(colours.ink) : ''))
    case 'offline':
      return svg(16, struck(colours.ink))
    case 'attention':
      return svg(16, raised(colours.warn, colours.paper))
  }
}

/** A template is its shape alone, without a second colour; the number stands beside it as the title (macOS). */
function template({ look, incomplete }: IconView, ink: string): string {
  switch (look) {
    case 'unread':
      return svg(16, filled(ink) + (incomplete ? mark(ink) : ''))
    case 'idle':
      return svg(16, outline(ink) + (incomplete ? mark(ink) : ''))
    case 'offline':
      return svg(16, struck(ink))
    case 'attention':
      return svg(16, outline(ink) + exclamation(ink))
  }
}

/** The number on a disc, for the overlay of a taskbar button (Windows, 16 px). */
export function overlayIcon(count: number): string {
  const { plate: fill, paper } = SCHEMES.light
  return svg(16, `<circle cx="8" cy="8" r="8" fill="${fill}"/>${number(cap(count), 8, 8, 11.5, 8.2, paper)}`)
}

/** The app's own icon: a bell with a mark, on a rounded ground. */
export function appIcon(): string {
  const ground = '<rect x="1" y="1" width="30" height="30" rx="7" fill="#1f4fd8"/>'
  const bell = `<g transform="translate(5.6 5.4) scale(1.3)"><path d="${BELL}" fill="#fff"/><path d="${CLAPPER}" fill="#fff"/></g>`
  return svg(32, `${ground}${bell}<circle cx="23.4" cy="9.4" r="4.6" fill="#ff5a4f" stroke="#1f4fd8" stroke-width="1.6"/>`)
}

const svg = (units: number, body: string): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${units} ${units}">${body}</svg>`

const outline = (ink: string): string =>
  `<path d="${BELL}" fill="none" stroke="${ink}" stroke-width="1.3" stroke-linejoin="round"/><path d="${CLAPPER}" fill="${ink}"/>`

/** A dot beside the bell: some account is not in the number. */
const mark = (ink: string): string => `<circle cx="14" cy="2.4" r="1.7" fill="${ink}"/>`

/** Dimmed, and struck through with a gap on both sides of the line. */
function struck(ink: string): string {
  const mask = `<mask id="m"><path d="M0 0h16v16H0z" fill="#fff"/><path d="${STRIKE}" stroke="#000" stroke-width="4.2"/></mask>`
  return `${mask}<g mask="url(#m)" opacity=".75">${outline(ink)}</g><path d="${STRIKE}" stroke="${ink}" stroke-width="1.7" stroke-linecap="round"/>`
}

/** A filled bell with an exclamation mark on it. */
const raised = (fill: string, paper: string): string => filled(fill) + exclamation(paper)

const filled = (fill: string): string =>
  `<path d="${BELL}" fill="${fill}" stroke="${fill}" stroke-width="1.3" stroke-linejoin="round"/><path d="${CLAPPER}" fill="${fill}"/>`

const exclamation = (colour: string): string =>
  `<path d="M8 3.6v4" stroke="${colour}" stroke-width="1.9" stroke-linecap="round"/><circle cx="8" cy="10.3" r="1.1" fill="${colour}"/>`

const PLATE = 'M6.4 1.2h3.2V2H13a3 3 0 0 1 3 3v6.2a3 3 0 0 1-3 3H9.7a1.75 1.75 0 0 1-3.4 0H3a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3h3.4z'
const HOLLOW = 'M4 2.8h8a3 3 0 0 1 3 3v4.6a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V5.8a3 3 0 0 1 3-3z'

/** The bell's body as a plate: a knob above and a clapper below are left of the bell. A hollow one says "not all". */
function plate(text: string, incomplete: boolean, { plate: fill, paper }: (typeof SCHEMES)[Scheme]): string {
  const width = text.length > 2 ? 14.6 : 12.6
  if (!incomplete) return `<path d="${PLATE}" fill="${fill}"/>${number(text, 8, 8.1, width, 9.4, paper)}`
  return `<path d="${HOLLOW}" fill="none" stroke="${fill}" stroke-width="1.5"/>${number(text, 8, 8.1, width - 1.8, 7.8, fill)}`
}

/** The text as strokes, centred, as large as fits in the given width and height. */
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

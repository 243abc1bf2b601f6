/** Pure: the window's page as one file that shows the state without another request: with its styles, its HTML and the state. */
import { createHash } from 'node:crypto'
import type { FirstPaint } from './first-paint.ts'

interface PageParts extends FirstPaint {
  /** The built page. */
  readonly page: string
  /** The content of its style sheet; empty if there is none. */
  readonly style: string
}

/** How the built page links its style sheet; the first group is the path. */
export const STYLE_LINK = /<link rel="stylesheet"[^>]* href="\.([^"]+)">/

/** The source of an inline style, for the Content-Security-Policy. */
export const hashOf = (style: string): string => `'sha256-${createHash('sha256').update(style).digest('base64')}'`

export function pageHtml({ page, style, state, html }: PageParts): string {
  // A data block, which no Content-Security-Policy applies to (HTML Standard, "The script element").
  const json = JSON.stringify(state).replaceAll('<', String.raw`\u003c`)
  return (
    page
      .replace('<html lang="en">', `<html lang="${state.language}" data-theme="${state.sharedSettings.theme}">`)
      .replace(STYLE_LINK, (link) => (style === '' ? link : `<style>${style}</style>`))
      .replace('</head>', () => `<script type="application/json" id="state">${json}</script></head>`)
      // Inert until the script takes the elements over: it prevents focus and input, which would have no effect.
      .replace('<div id="app">', (root) => (html === '' ? root : `<div id="app" inert>${html}`))
  )
}

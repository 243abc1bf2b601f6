/** What the window's page shows before its script runs. */
import { pathToFileURL } from 'node:url'
import { errorTextOf } from '../../common/errors.ts'
import { accountsOf, latestOf } from '../../common/model/accounts.ts'
import type { DesktopWindowState, RenderWindow } from '../../common/protocol/window-state.ts'
import { FIRST_PAINT_PATH } from '../system/built-files.ts'

export interface FirstPaint {
  readonly state: DesktopWindowState
  /** Shows the state; empty if the script of the page has to render it. */
  readonly html: string
}

interface FirstPaintDeps {
  readonly readState: () => DesktopWindowState
  readonly onError: (detail: string) => void
  readonly load?: LoadRenderer
}

/** Accounts and messages that main renders: its other work waits about 0.2 ms for each. */
export const MAX_ROWS = 100

type LoadRenderer = () => Promise<{ readonly renderWindow: RenderWindow }>

/** The components of the page. An app whose window was never open does not load them. */
const loadBuilt: LoadRenderer = () => import(pathToFileURL(FIRST_PAINT_PATH).href)

export function createFirstPaint({ readState, onError, load = loadBuilt }: FirstPaintDeps): () => Promise<FirstPaint> {
  const withoutHtml = (): FirstPaint => ({ state: readState(), html: '' })
  async function render(): Promise<FirstPaint> {
    if (!isShort(readState())) return withoutHtml()
    const { renderWindow } = await load()
    const state = readState()
    return { state, html: renderWindow(state) }
  }
  return () =>
    render().catch((error: unknown) => {
      onError(`Cannot render the first paint of the window: ${errorTextOf(error)}`)
      return withoutHtml()
    })
}

const isShort = ({ servers }: DesktopWindowState): boolean => accountsOf(servers).length + latestOf(servers).length <= MAX_ROWS

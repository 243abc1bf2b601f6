/** The window as HTML, which main writes into the page so that its first paint needs no script. The page renders into the same elements. */
import { renderToString } from 'preact-render-to-string'
import type { Bridge } from '../common/protocol/bridge.ts'
import type { RenderWindow } from '../common/protocol/window-state.ts'
import { App } from './ui/App.tsx'

/** Has every request of the desktop app. None is made: nothing is pressed, and no effect runs. */
const requests = new Proxy({}, { get: () => () => undefined })
const bridge = { desktop: requests, page: null } as Bridge

export const renderWindow: RenderWindow = (state) => renderToString(<App bridge={bridge} state={state} />)

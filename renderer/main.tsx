/** Entry of the page: opens its bridge, and renders the window. */
import { render } from 'preact'
import { openBridge } from './bridge.ts'
import './ui/tokens.css'
import './ui/base.css'
import { App } from './ui/App.tsx'

const root = document.querySelector('#app')
if (root)
  openBridge(root.hasChildNodes(), (opened) => {
    // First: an inert element takes no focus.
    root.removeAttribute('inert')
    render(<App {...opened} />, root)
    document.querySelector('#not-loaded')?.remove()
  }).catch((error: unknown) => {
    // What main has rendered would stay, and its numbers would look current.
    root.replaceChildren()
    throw error
  })

/** Entry of the page: opens its bridge, and renders the window. */
import { render } from 'preact'
import { openBridge } from './bridge.ts'
import './ui/tokens.css'
import './ui/base.css'
import { App } from './ui/App.tsx'

const root = document.querySelector('#app')
if (root)
  openBridge(root.hasChildNodes(), (opened) => {
    render(<App {...opened} />, root)
    root.removeAttribute('inert')
  })

/** Which view is shown, and where the focus goes when the view changes. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { settingsButton } from './controls/use-focus-exit.ts'
import type { View } from './home/Home.tsx'

export function useView({ desktop, manage, signInLink }: WindowState) {
  const { requestId, view: requested } = desktop?.navigation ?? { requestId: 0, view: 'home' as const }
  const [opened, open] = useState<View>(requested)
  /** Of the views other than home: it gets the focus when its view opens. */
  const heading = useRef<HTMLHeadingElement>(null)
  // A page may lose the right to manage accounts, and connects to no other server.
  const exists = desktop || opened === 'settings' || (manage && opened !== 'connect')
  const view = exists ? opened : 'home'

  const before = useRef<View>('home')
  useLayoutEffect(() => {
    if (view === before.current) return
    const opener = document.querySelector<HTMLElement>(`#open-${before.current}`) ?? settingsButton()
    const target = view === 'home' ? opener : heading.current
    target?.focus()
    if (view !== 'home') window.scrollTo(0, 0)
    before.current = view
  }, [view])

  const lastRequestId = useRef(requestId)
  useLayoutEffect(() => {
    if (requestId !== lastRequestId.current) open(requested)
    lastRequestId.current = requestId
  }, [requestId, requested])

  const covered = desktop ? desktop.firstRun || desktop.invitation !== null : signInLink?.kind === 'question'
  const wasCovered = useRef(covered)
  useLayoutEffect(() => {
    if (wasCovered.current && !covered) (heading.current ?? settingsButton())?.focus()
    wasCovered.current = covered
  }, [covered])

  // The first view shows the error.
  const isLinkFailed = signInLink?.kind === 'failed'
  useLayoutEffect(() => {
    if (isLinkFailed) open('home')
  }, [isLinkFailed])

  return { view, open, heading }
}

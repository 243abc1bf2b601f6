import { EventEmitter } from 'node:events'
import type { App, IpcMainInvokeEvent, Session, WebContents } from 'electron'
import { expect, test } from 'vitest'
import { CONTENT_SECURITY_POLICY } from '../../../main/window/app-protocol.ts'
import { isTrustedSender } from '../../../main/window/ipc-handlers.ts'
import { WEB_PREFERENCES } from '../../../main/window/web-preferences.ts'
import { guardContents, guardSession } from '../../../main/window/guards.ts'

type WindowOpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0]

/** A page in an app with the security rules. */
function guardedPage() {
  const app = new EventEmitter()
  guardContents(app as unknown as App)
  let mayOpen: WindowOpenHandler = () => ({ action: 'allow' })
  const page = Object.assign(new EventEmitter(), { setWindowOpenHandler: (handler: WindowOpenHandler) => (mayOpen = handler) })
  app.emit('web-contents-created', {}, page)
  const prevents = (name: string): boolean => {
    let prevented = false
    page.emit(name, { preventDefault: () => (prevented = true) })
    return prevented
  }
  return { prevents, opens: () => mayOpen({ url: 'https://example.org/' } as Electron.HandlerDetails).action }
}

test.each(['will-attach-webview', 'will-navigate', 'will-frame-navigate', 'will-redirect'])('11, 12, 13: %s is prevented', (name) => {
  expect(guardedPage().prevents(name)).toBe(true)
})

test('14, 15: no window is opened', () => {
  expect(guardedPage().opens()).toBe('deny')
})

test('5: no permission is granted, by request or by check', () => {
  const answers: boolean[] = []
  guardSession({
    setPermissionRequestHandler: (handler) => handler?.({} as WebContents, 'media', (granted) => answers.push(granted), {} as never),
    setPermissionCheckHandler: (handler) => answers.push(handler?.(null, 'media', 'app://mailbell', {} as never) ?? true),
  } as Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler'>)
  expect(answers).toEqual([false, false])
})

test('2, 3, 4, 6, 8, 9, 10: the page has no access to Node, and no dangerous option is on', () => {
  const { contextIsolation, sandbox, webSecurity, ...rest } = WEB_PREFERENCES
  expect([contextIsolation, sandbox, webSecurity]).toEqual([true, true, true])
  expect(Object.values(rest).every((value) => !value)).toBe(true)
})

test('7: the policy denies by default, and allows no inline code or eval', () => {
  const directives = CONTENT_SECURITY_POLICY.split('; ')
  expect(directives[0]).toBe("default-src 'none'")
  expect(directives).toContain("script-src 'self'")
  expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*|https?:|blob:/)
})

const ours = { origin: 'app://mailbell', parent: null, detached: false }
test.each([
  ['the main frame of the page', ours, true],
  ['a frame in the page', { ...ours, parent: ours }, false],
  ['a page from another origin', { ...ours, origin: 'https://example.org' }, false],
  ['another host of the scheme', { ...ours, origin: 'app://other' }, false],
  ['a detached frame', { ...ours, detached: true }, false],
  ['no frame', null, false],
])('17: whether %s may send requests', (_who, senderFrame, trusted) => {
  expect(isTrustedSender({ senderFrame } as Pick<IpcMainInvokeEvent, 'senderFrame'>)).toBe(trusted)
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { channelOf, REQUESTS } from '../../common/protocol/bridge.ts'
import { until } from '../helpers/until.ts'
import { createMachine, hasScreen, type Machine, onElectron } from './app/machine.ts'
import { useScreen } from './app/screen.ts'

const openScreen = useScreen()

describe.runIf(hasScreen)("Electron's security checklist", () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('the window has isolation and sandbox, and no access to Node', async () => {
    const app = await machine.start()
    await app.page()
    const [window] = (await app.shown()).windows
    expect(window?.webPreferences).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true })
  })

  test('the page has the named functions of the bridge, and nothing else', async () => {
    const page = await (await machine.start()).page()
    const names = await page.evaluate(() => {
      const { desktop, page: _browserOnly, ...rest }: Record<string, object> = Reflect.get(window, 'mailbell')
      return [...Object.keys(rest), ...Object.keys(desktop ?? {})]
    })
    expect(names.toSorted()).toEqual([...Object.keys(REQUESTS), 'readState', 'onState'].toSorted())
    expect(await page.evaluate(() => ['require', 'process', 'ipcRenderer', 'Buffer'].filter((name) => name in window))).toEqual([])
  })

  test('the Content-Security-Policy blocks inline code, embedded content and all requests', async () => {
    const page = await (await machine.start()).page()
    await page.evaluate(() => {
      const directives: string[] = []
      Reflect.set(window, 'violated', directives)
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => directives.push(effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.head.append(script)
      const object = document.createElement('object')
      object.data = 'https://example.org/'
      document.body.append(object)
      fetch('https://example.org/').catch(() => undefined)
    })
    const violated = (): Promise<string[]> => page.evaluate(() => Reflect.get(window, 'violated'))
    for (const directive of ['script-src-elem', 'object-src', 'connect-src'])
      await until(async () => (await violated()).includes(directive))
    expect(await page.evaluate(() => 'ran' in window)).toBe(false)
    await page.evaluate(() => document.body.setAttribute('onclick', 'window.ran = true'))
    await page.locator('body').click()
    await until(async () => (await violated()).includes('script-src-attr'))
    expect(await page.evaluate(() => 'ran' in window)).toBe(false)
  })

  test('the page cannot navigate, nor open a window', async () => {
    const page = await (await machine.start()).page()
    const address = page.url()
    const opened = await page.evaluate(() => window.open('https://example.org/') !== null)
    await until(async () =>
      page
        .context()
        .pages()
        .every((other) => !other.url().includes('example.org')),
    )
    await page.evaluate(() => window.location.assign('https://example.org/'))
    await page.getByRole('button').first().waitFor()
    // An allowed navigation would have started before this answer.
    expect(await page.evaluate(() => document.title)).toMatch(/Mailbell/)
    expect(page.url()).toBe(address)
    if (onElectron) expect(opened).toBe(false)
  })

  test.skipIf(onElectron)('a request from another page, or from a frame in the page, is rejected', async () => {
    const app = await machine.startStandIn()
    await app.page()
    const channel = channelOf('checkNow')
    expect(await app.invokeAs({ url: 'app://mailbell/index.html', main: true }, channel)).toEqual({ ok: true })
    for (const frame of [
      { url: 'https://example.org/', main: true },
      { url: 'app://other/index.html', main: true },
      { url: 'app://mailbell/index.html', main: false },
    ])
      await expect(app.invokeAs(frame, channel)).rejects.toThrow('may not ask')
  })

  test.skipIf(onElectron)('no permission is granted', async () => {
    const app = await machine.startStandIn()
    const page = await app.page()
    for (const permission of ['geolocation', 'notifications', 'media', 'clipboard-read', 'openExternal'])
      expect(await app.permissionGranted(permission)).toBe(false)
    const state = await page.evaluate(async () => (await navigator.permissions.query({ name: 'geolocation' })).state)
    expect(state).not.toBe('granted')
  })

  test('a malformed request is answered as invalid, and changes nothing', async () => {
    const page = await (await machine.start()).page()
    const ask = (name: string, payload: unknown): Promise<unknown> =>
      page.evaluate(
        ([method, sent]) => {
          const bridge = Reflect.get(window, 'mailbell')
          return (bridge[method] ?? bridge.desktop[method])(sent)
        },
        [name, payload] as const,
      )
    expect(await ask('updateSharedSettings', { theme: 'pink' })).toMatchObject({ ok: false, code: 'invalid', field: 'theme' })
    expect(await ask('updateSharedSettings', { admin: true })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await ask('addAccount', { account: 'a' })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await ask('removeAccount', '__proto__')).toMatchObject({ ok: false })
    expect(await ask('connectServer', { url: 'https://u:p@example.org', token: 'x' })).toMatchObject({ code: 'invalid', field: 'url' })
    expect(await ask('changeDemo', { action: 'explode' })).toMatchObject({ ok: false, code: 'invalid' })
  })
})

import { describe, expect, it } from 'vitest'
import { DEFAULT_SHARED_SETTINGS } from '../../../common/protocol/shared-values.ts'
import { type BrowserStore, createBrowserStore, readSharedSettings, SETTINGS } from '../../../renderer/browser/stored.ts'
import { keepToken, sessionOf, takeCredential } from '../../../renderer/browser/token.ts'

function memoryStorage(): Storage {
  const values = new Map<string, string>()
  return {
    get length() {
      return values.size
    },
    clear: () => values.clear(),
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }
}
const refused = (): Storage => {
  throw new Error('The operation is insecure.')
}
const storeWith = (settings: string | null): BrowserStore => {
  const storage = memoryStorage()
  const store = createBrowserStore('/', () => storage)
  store.write(SETTINGS, settings)
  return store
}
/** A page at an address, and the addresses that replaced it. */
function pageAt(address: string) {
  const replaced: string[] = []
  const history = { state: null, replaceState: (_state: unknown, _title: string, to: string) => void replaced.push(to) }
  return { page: { location: new URL(address), history } as unknown as Window, replaced }
}

describe('what the browser stores', () => {
  it('is separate for each page of an origin', () => {
    const storage = memoryStorage()
    createBrowserStore('/a/', () => storage).write('token', 'one')
    expect(createBrowserStore('/a/', () => storage).read('token')).toBe('one')
    expect(createBrowserStore('/b/', () => storage).read('token')).toBeNull()
  })

  it('lasts for the visit if storage is refused', () => {
    const store = createBrowserStore('/', refused)
    store.write('token', 'one')
    expect(store.read('token')).toBe('one')
    store.write('token', null)
    expect(store.read('token')).toBeNull()
  })

  it('includes later writes of another tab', () => {
    const storage = memoryStorage()
    const [mine, other] = [createBrowserStore('/', () => storage), createBrowserStore('/', () => storage)]
    keepToken(mine, 'one')
    keepToken(other, 'two')
    expect(mine.read('token')).toBe('two')
    keepToken(mine, 'two')
    expect(sessionOf(mine)).toBe(sessionOf(other))
  })

  it.each([null, '', 'null', '[]', '{"language":"fr","theme":7,"notifications":"yes"}'])('has the defaults for %j', (text) => {
    expect(readSharedSettings(storeWith(text))).toEqual({ ...DEFAULT_SHARED_SETTINGS, notifications: false })
  })

  it('includes each valid setting', () => {
    expect(readSharedSettings(storeWith('{"language":"ko","theme":"dark","notifications":true}'))).toEqual({
      ...DEFAULT_SHARED_SETTINGS,
      language: 'ko',
      theme: 'dark',
      notifications: true,
    })
  })
})

describe('the credential in the address', () => {
  const CODE = 'AbCdEfGhIjKlMnOpQrSt-_01'
  it.each([
    [`#code=${CODE}`, { code: CODE }],
    ['#token=abc', { token: 'abc' }],
    ['#token=a%2Fb%2B%3D', { token: 'a/b+=' }],
    [`#code=${CODE}%20`, { code: CODE }],
    [`#code=${CODE.slice(1)}`, 'incomplete'],
    ['#token=%22abc%22', { token: 'abc' }],
    ['#code=', 'incomplete'],
    ['#token=', 'incomplete'],
    ['#token=two%20words', 'incomplete'],
    ['#token=abc&code=abc', 'incomplete'],
    ['#x=1&token=abc', 'incomplete'],
  ])('%s is removed from the address', (hash, credential) => {
    const { page, replaced } = pageAt(`http://127.0.0.1:6245/x/?a=1${hash}`)
    expect(takeCredential(page)).toEqual(credential)
    expect(replaced).toEqual(['/x/?a=1'])
  })

  it.each(['', '#', '#other', '#tokens=abc', '#/token', '#mycode=1'])('leaves the address with "%s" unchanged', (hash) => {
    const { page, replaced } = pageAt(`http://127.0.0.1:6245/${hash}`)
    expect(takeCredential(page)).toBeNull()
    expect(replaced).toEqual([])
  })
})

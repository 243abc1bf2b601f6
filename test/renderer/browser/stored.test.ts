import { describe, expect, it } from 'vitest'
import { createBrowserStore, DEFAULT_SHARED_SETTINGS, readSharedSettings } from '../../../renderer/browser/stored.ts'
import { keepToken, sessionOf, takeToken } from '../../../renderer/browser/token.ts'

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
    expect(readSharedSettings(text)).toEqual(DEFAULT_SHARED_SETTINGS)
  })

  it('includes each valid setting', () => {
    expect(readSharedSettings('{"language":"ko","theme":"dark","notifications":true}')).toEqual({
      language: 'ko',
      theme: 'dark',
      notifications: true,
      notificationText: 'mail',
    })
  })
})

describe('the token in the address', () => {
  it('is stored, and removed from the address', () => {
    const storage = memoryStorage()
    const store = createBrowserStore('/', () => storage)
    const { page, replaced } = pageAt('http://127.0.0.1:6245/x/?a=1#token=abc')
    expect(takeToken(store, page)).toBe('abc')
    expect(replaced).toEqual(['/x/?a=1'])
    expect(takeToken(store, pageAt('http://127.0.0.1:6245/x/').page)).toBe('abc')
  })

  it('leaves an address without a token unchanged', () => {
    const { page, replaced } = pageAt('http://127.0.0.1:6245/#other')
    expect(takeToken(createBrowserStore('/', memoryStorage), page)).toBeNull()
    expect(replaced).toEqual([])
  })
})

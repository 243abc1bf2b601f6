import { describe, expect, it } from 'vitest'
import { createBrowserStore, DEFAULT_SHARED_SETTINGS, readSharedSettings } from '../../../renderer/browser/stored.ts'
import { keepToken, sessionOf, takeToken } from '../../../renderer/browser/token.ts'

function memoryStorage(): Storage {
  const held = new Map<string, string>()
  return {
    get length() {
      return held.size
    },
    clear: () => held.clear(),
    key: (index) => [...held.keys()][index] ?? null,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
  }
}
const refused = (): Storage => {
  throw new Error('The operation is insecure.')
}
/** A page at an address, and the addresses that it put in its place. */
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

  it('holds for the visit where storage is refused', () => {
    const kept = createBrowserStore('/', refused)
    kept.write('token', 'one')
    expect(kept.read('token')).toBe('one')
    kept.write('token', null)
    expect(kept.read('token')).toBeNull()
  })

  it('is what another tab has written since', () => {
    const storage = memoryStorage()
    const [mine, other] = [createBrowserStore('/', () => storage), createBrowserStore('/', () => storage)]
    keepToken(mine, 'one')
    keepToken(other, 'two')
    expect(mine.read('token')).toBe('two')
    keepToken(mine, 'two')
    expect(sessionOf(mine)).toBe(sessionOf(other))
  })

  it.each([null, '', 'null', '[]', '{"language":"fr","theme":7,"notifications":"yes"}'])('takes the defaults for %j', (text) => {
    expect(readSharedSettings(text)).toEqual(DEFAULT_SHARED_SETTINGS)
  })

  it('reads back each choice', () => {
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
    const kept = createBrowserStore('/', () => storage)
    const { page, replaced } = pageAt('http://127.0.0.1:6245/x/?a=1#token=abc')
    expect(takeToken(kept, page)).toBe('abc')
    expect(replaced).toEqual(['/x/?a=1'])
    expect(takeToken(kept, pageAt('http://127.0.0.1:6245/x/').page)).toBe('abc')
  })

  it('leaves the address alone where there is none', () => {
    const { page, replaced } = pageAt('http://127.0.0.1:6245/#other')
    expect(takeToken(createBrowserStore('/', memoryStorage), page)).toBeNull()
    expect(replaced).toEqual([])
  })
})

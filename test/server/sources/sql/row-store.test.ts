import { expect, test } from 'vitest'
import { createRowEncoder } from '../../../../server/sources/sql/row-bytes.ts'
import { createRowStore } from '../../../../server/sources/sql/row-store.ts'
import { randomFrom } from '../../../helpers/random.ts'

/** Each row is its id and a value; `tick` is the pass that it was seen in. */
function createRows() {
  const store = createRowStore(7)
  let outcome = ''
  let tick = 0
  const encode = createRowEncoder((bytes, start, end) => {
    const id = { idAt: start + 4, idLength: bytes.readInt32BE(start) }
    const entry = store.find(bytes, id.idAt, id.idLength)
    const isSame = entry >= 0 && store.hasRow(entry, bytes, start, end)
    outcome = entry < 0 ? 'new' : isSame ? 'same' : 'changed'
    store.setTick(isSame ? entry : store.put(entry, { bytes, start, end, ...id, isComparable: true }), tick)
  })
  return {
    store,
    begin: () => void (tick += 1),
    see(id: string, value: unknown): string {
      encode([id, value])
      return outcome
    },
    dropOthers(): string[] {
      const dropped: string[] = []
      store.removeOthers(tick, (bytes, at, length) => void dropped.push(bytes.toString('utf8', at, at + length)))
      return dropped
    },
  }
}

test('a row is new, then the same, then changed, and dropped where it is not seen', () => {
  const { begin, see, dropOthers, store } = createRows()
  begin()
  expect([see('김', 1), see('b', null)]).toEqual(['new', 'new'])
  begin()
  expect([see('김', 1), see('b', '')]).toEqual(['same', 'changed'])
  begin()
  expect(see('b', 'a longer value')).toBe('changed')
  expect(dropOthers()).toEqual(['김'])
  expect(store.size).toBe(1)
  expect(see('김', 1)).toBe('new')
})

test('holds what a Map holds, through random rows that come, change, grow and go', () => {
  const { begin, see, dropOthers, store } = createRows()
  const random = randomFrom(11)
  const pick = (below: number): number => Math.floor(random() * below)
  let model = new Map<string, string>()
  for (let pass = 0; pass < 30; pass += 1) {
    begin()
    const seen = new Map<string, string>()
    for (let n = 0; n < 2_000; n += 1) {
      const id = `user${pick(6_000)}`
      if (seen.has(id)) continue
      const known = model.get(id)
      const value = known !== undefined && random() < 0.7 ? known : 'x'.repeat(pick(60)) + pick(9)
      expect(see(id, value)).toBe(known === undefined ? 'new' : known === value ? 'same' : 'changed')
      seen.set(id, value)
    }
    const gone = [...model.keys()].filter((id) => !seen.has(id))
    expect(new Set(dropOthers())).toEqual(new Set(gone))
    expect(store.size).toBe(seen.size)
    model = seen
  }
})

import { expect, test } from 'vitest'
import { z } from 'zod'
import { commonKeys, defineEntry, defineKind } from '../../../server/sources/kind.ts'
import { sourceContext } from '../../helpers/sources/source-context.ts'

const entry = defineEntry(z.object(commonKeys('mail')), ({ type }) => ({ type }))
const source = { name: 'mail', accounts: [], firstReportMs: 0, silenceMs: 0, run: () => Promise.resolve() }

test('what a kind loads first has a turn of its own, before the kind itself', async () => {
  const loaded: string[] = []
  const load = (name: string) => async () => {
    loaded.push(name)
    // Of the next turn.
    setImmediate(() => loaded.push('other work'))
  }
  const kind = defineKind(entry, async () => {
    await load('kind')()
    return () => source
  }, [load('encodings'), load('headers')])
  expect(await kind.create({ type: 'mail' }, sourceContext)).toBe(source)
  expect(loaded).toEqual(['encodings', 'other work', 'headers', 'other work', 'kind'])
})

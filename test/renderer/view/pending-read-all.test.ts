import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { UNDO_MS, LEAVING_MS } from '../../../renderer/view/pending-actions.ts'
import { setUp } from './played-actions.ts'

describe('marking an account as read', () => {
  const at = { server: 'local', account: 'a' }

  test('clears the account at once, is sent after the undo time, and keeps it clear until the server has followed', async () => {
    const { actions, readAll, requests, pass } = setUp()
    actions.add(readAll)
    expect(actions.view).toMatchObject({ cleared: [{ at, unreadBefore: null }], removed: new Map() })
    expect(requests).toEqual([])
    await pass(UNDO_MS)
    expect(requests).toEqual(['read-all'])
    expect(actions.view.cleared).toEqual([{ at, unreadBefore: 9 }])
    await pass(LEAVING_MS)
    expect(actions.view.cleared).toEqual([])
  })

  test('clears the account until its number has fallen, so that what arrives then is shown', async () => {
    const { actions, readAll, reported, pass } = setUp()
    actions.add(readAll)
    await pass(UNDO_MS)
    actions.follow()
    expect(actions.view.cleared).toHaveLength(1)
    for (const unread of [0, 9]) {
      reported.unread = unread
      actions.follow()
    }
    expect(actions.view.cleared).toEqual([])
  })

  test('clears the account until its number has fallen, also before the answer', async () => {
    const { actions, readAll, reported, settled } = setUp()
    const answer = Promise.withResolvers<Outcome>()
    actions.add({ ...readAll, run: () => answer.promise })
    actions.runNow()
    for (const unread of [0, 9]) {
      reported.unread = unread
      actions.follow()
    }
    answer.resolve({ ok: true })
    await settled()
    expect(actions.view.cleared).toEqual([])
  })

  test('is sent at once where it must be done first, and what the server reports is shown from its answer on', async () => {
    const { actions, readAll, requests, timers } = setUp()
    actions.add(readAll)
    await actions.settle(at)
    expect(requests).toEqual(['read-all'])
    expect(actions.view).toMatchObject({ pending: [], cleared: [] })
    expect(timers.size).toBe(0)
  })

  test.each(['running', 'running, with a number that has fallen'])('is awaited where it must be done first and is %s', async (which) => {
    const { actions, readAll, reported, settled } = setUp()
    const answer = Promise.withResolvers<Outcome>()
    actions.add({ ...readAll, run: () => answer.promise })
    actions.runNow()
    if (which !== 'running') reported.unread = 0
    actions.follow()
    let isSettled = false
    const settling = actions.settle(at).then(() => (isSettled = true))
    await settled()
    expect(isSettled).toBe(false)
    answer.resolve({ ok: true })
    await settling
    expect(actions.view.cleared).toEqual([])
  })

  test('that runs twice is awaited twice, and is cleared until the second has ended', async () => {
    const { actions, readAll, settled } = setUp()
    const answers = [Promise.withResolvers<Outcome>(), Promise.withResolvers<Outcome>()]
    for (const { promise } of answers) {
      actions.add({ ...readAll, run: () => promise })
      actions.runNow()
    }
    let isSettled = false
    const settling = actions.settle(at).then(() => (isSettled = true))
    answers[0]?.resolve({ ok: true })
    await settled()
    await settled()
    expect(isSettled).toBe(false)
    expect(actions.view.cleared).toHaveLength(1)
    answers[1]?.resolve({ ok: true })
    await settling
    expect(actions.view.cleared).toEqual([])
  })

  test('where it must be done first leaves the undo time and the state of other accounts as they are', async () => {
    const { actions, actionOn, readAll, requests, timers, pass } = setUp()
    actions.add(actionOn('1'))
    await pass(UNDO_MS)
    actions.add(actionOn('2', 'delete'))
    actions.add({ ...readAll, key: 'b', at: { server: 'local', account: 'b' } })
    const before = [...timers.keys()]
    await actions.settle({ server: 'local', account: 'b' })
    expect(requests).toEqual([expect.objectContaining({ message: '1' }), 'read-all'])
    expect(actions.view).toMatchObject({ pending: [{ key: '2' }], cleared: [] })
    expect([...actions.view.removed.keys()]).toEqual(['1', '2'])
    expect(timers.size).toBe(2)
    expect([...timers.keys()]).toContain(before.at(-1))
    expect(actions.undo()).toEqual(['2'])
  })

  test('where it must be done first leaves an undo bar that is in use paused, as long as it has other actions', async () => {
    const { actions, actionOn, readAll, requests, timers } = setUp()
    actions.add(actionOn('2', 'delete'))
    actions.add({ ...readAll, key: 'b', at: { server: 'local', account: 'b' } })
    actions.pause()
    await actions.settle({ server: 'local', account: 'b' })
    expect(requests).toEqual(['read-all'])
    expect(timers.size).toBe(0)
  })

  test('sends nothing if it is undone', async () => {
    const { actions, readAll, requests, pass } = setUp()
    actions.add(readAll)
    actions.undo()
    expect(actions.view.cleared).toEqual([])
    await pass(UNDO_MS)
    expect(requests).toEqual([])
  })

  test('is sent at once if the window is hidden', async () => {
    const { actions, readAll, requests, settled } = setUp()
    actions.add(readAll)
    actions.hide()
    await settled()
    expect(requests).toHaveLength(1)
  })

  test('leaves the account as it was if the app has lost its process', async () => {
    const { actions, readAll, failures, pass } = setUp()
    actions.add({ ...readAll, run: () => Promise.reject(new Error('gone')) })
    await pass(UNDO_MS)
    expect(actions.view.cleared).toEqual([])
    expect(failures).toEqual(['unavailable'])
  })

  test('leaves the account as it was if it fails', async () => {
    const { actions, readAll, answers, failures, pass } = setUp()
    answers.next = { ok: false, code: 'mail-server-refused' }
    actions.add(readAll)
    await pass(UNDO_MS)
    expect(actions.view.cleared).toEqual([])
    expect(failures).toEqual(['mail-server-refused'])
  })
})

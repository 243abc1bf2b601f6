import { expect, test } from 'vitest'
import type { ServerMessageRequest } from '../../../common/protocol/bridge.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { createPendingActions, type PendingAction, UNDO_MS, LEAVING_MS } from '../../../renderer/view/pending-actions.ts'

function setUp() {
  const asked: ServerMessageRequest[] = []
  const timers = new Map<symbol, { readonly callback: () => void; readonly ms: number }>()
  const answers: { next: Outcome } = { next: { ok: true } }
  const run = async (request: ServerMessageRequest): Promise<Outcome> => {
    asked.push(request)
    return answers.next
  }
  const acts = createPendingActions(run, (callback, ms) => {
    const id = Symbol('timer')
    timers.set(id, { callback, ms })
    return () => void timers.delete(id)
  })
  /** Every timer of that length fires. */
  async function pass(ms: number): Promise<void> {
    for (const [id, timer] of timers) {
      if (timer.ms !== ms) continue
      timers.delete(id)
      timer.callback()
    }
    await settled()
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { acts, asked, timers, answers, pass, settled }
}

const mail = (message: string, action: PendingAction['action'] = 'archive'): PendingAction => ({
  key: message,
  at: { server: 'local', account: 'a', message },
  action,
})

test('an archived message disappears from the list at once, and is archived when the time is over', async () => {
  const { acts, asked, pass } = setUp()
  acts.add(mail('1'))
  expect([...acts.view.removed]).toEqual(['1'])
  expect(asked).toEqual([])
  await pass(UNDO_MS)
  expect(asked).toEqual([{ server: 'local', account: 'a', message: '1', action: 'archive' }])
  expect(acts.view.pending).toEqual([])
  expect([...acts.view.removed]).toEqual(['1'])
})

test('an undo brings all of them back, and nothing is done', async () => {
  const { acts, asked, pass, timers } = setUp()
  acts.add(mail('1'))
  acts.add(mail('2', 'delete'))
  expect(acts.undo()).toEqual(['1', '2'])
  expect(acts.view).toMatchObject({ pending: [], undone: true })
  expect(acts.view.removed.size).toBe(0)
  await pass(UNDO_MS)
  expect(asked).toEqual([])
  expect(timers.size).toBe(0)
})

test('each one begins the time of all anew: there is one timer', async () => {
  const { acts, asked, timers, pass } = setUp()
  for (const message of ['1', '2', '3']) acts.add(mail(message))
  expect(timers.size).toBe(1)
  await pass(UNDO_MS)
  expect(asked.map(({ message }) => message)).toEqual(['1', '2', '3'])
})

test('time stands still while the undo bar is in use', async () => {
  const { acts, asked, timers, pass } = setUp()
  acts.add(mail('1'))
  acts.pause()
  expect(timers.size).toBe(0)
  acts.add(mail('2'))
  expect(timers.size).toBe(0)
  acts.resume()
  await pass(UNDO_MS)
  expect(asked).toHaveLength(2)
})

test('an undo bar that disappears while in use delays nothing that comes later', async () => {
  const { acts, asked, pass } = setUp()
  acts.add(mail('1'))
  acts.pause()
  acts.undo()
  acts.add(mail('2'))
  acts.pause()
  acts.runNow()
  acts.add(mail('3'))
  await pass(UNDO_MS)
  expect(asked.map(({ message }) => message)).toEqual(['2', '3'])
})

test('what the mail server refuses comes back with the reason, until it is tried again', async () => {
  const { acts, answers, pass } = setUp()
  answers.next = { ok: false, code: 'mail-refused', detail: 'NO' }
  acts.add(mail('1'))
  await pass(UNDO_MS)
  expect(acts.view.removed.size).toBe(0)
  expect(acts.view.failed.get('1')).toEqual(answers.next)
  acts.add(mail('1'))
  expect(acts.view.failed.size).toBe(0)
})

test('what was done but stays in the list is shown again after a while', async () => {
  const { acts, pass } = setUp()
  acts.add(mail('1', 'read'))
  await pass(UNDO_MS)
  expect([...acts.view.removed]).toEqual(['1'])
  await pass(LEAVING_MS)
  expect(acts.view.removed.size).toBe(0)
})

test('a window that is hidden does everything at once, and leaves no timer', async () => {
  const { acts, asked, timers, settled, pass } = setUp()
  acts.add(mail('1'))
  acts.add(mail('2'))
  acts.hide()
  await settled()
  expect(asked).toHaveLength(2)
  expect(timers.size).toBe(0)
  acts.add(mail('3'))
  await settled()
  expect(asked).toHaveLength(3)
  expect(timers.size).toBe(0)
  acts.show()
  await pass(LEAVING_MS)
  expect(acts.view.removed.size).toBe(0)
})

import { expect, test } from 'vitest'
import { UNDO_MS, LEAVING_MS } from '../../../renderer/view/pending-actions.ts'
import { setUp } from './played-actions.ts'

test('an archived message disappears from the list at once, and is archived after the undo time', async () => {
  const { actions, actionOn, requests, pass } = setUp()
  actions.add(actionOn('1'))
  expect([...actions.view.removed.keys()]).toEqual(['1'])
  expect(requests).toEqual([])
  await pass(UNDO_MS)
  expect(requests).toEqual([{ server: 'local', account: 'a', message: '1', action: 'archive' }])
  expect([...actions.view.removed.values()]).toEqual([{ at: actionOn('1').at, unreadBefore: 9 }])
  expect(actions.view.pending).toEqual([])
  expect([...actions.view.removed.keys()]).toEqual(['1'])
})

test('an undo restores all messages, and runs no action', async () => {
  const { actions, actionOn, requests, pass, timers } = setUp()
  actions.add(actionOn('1'))
  actions.add(actionOn('2', 'delete'))
  expect(actions.undo()).toEqual(['1', '2'])
  expect(actions.view).toMatchObject({ pending: [], undone: true })
  expect(actions.view.removed.size).toBe(0)
  await pass(UNDO_MS)
  expect(requests).toEqual([])
  expect(timers.size).toBe(0)
})

test('each action restarts the time of all: there is one timer', async () => {
  const { actions, actionOn, requests, timers, pass } = setUp()
  for (const message of ['1', '2', '3']) actions.add(actionOn(message))
  expect(timers.size).toBe(1)
  await pass(UNDO_MS)
  expect(requests).toMatchObject([{ message: '1' }, { message: '2' }, { message: '3' }])
})

test('the time is paused while the undo bar is in use', async () => {
  const { actions, actionOn, requests, timers, pass } = setUp()
  actions.add(actionOn('1'))
  actions.pause()
  expect(timers.size).toBe(0)
  actions.add(actionOn('2'))
  expect(timers.size).toBe(0)
  actions.resume()
  await pass(UNDO_MS)
  expect(requests).toHaveLength(2)
})

test('an undo bar that disappears while in use does not delay later actions', async () => {
  const { actions, actionOn, requests, pass } = setUp()
  actions.add(actionOn('1'))
  actions.pause()
  actions.undo()
  actions.add(actionOn('2'))
  actions.pause()
  actions.runNow()
  actions.add(actionOn('3'))
  await pass(UNDO_MS)
  expect(requests).toMatchObject([{ message: '2' }, { message: '3' }])
})

test('a message whose action the mail server rejects comes back with the error until the next try', async () => {
  const { actions, actionOn, answers, pass } = setUp()
  answers.next = { ok: false, code: 'mail-server-refused', detail: 'NO' }
  actions.add(actionOn('1'))
  await pass(UNDO_MS)
  expect(actions.view.removed.size).toBe(0)
  expect(actions.view.failed.get('1')).toEqual(answers.next)
  actions.add(actionOn('1'))
  expect(actions.view.failed.size).toBe(0)
})

test('a message that stays in the list after its action is shown again after a delay', async () => {
  const { actions, actionOn, pass } = setUp()
  actions.add(actionOn('1', 'read'))
  await pass(UNDO_MS)
  expect([...actions.view.removed.keys()]).toEqual(['1'])
  await pass(LEAVING_MS)
  expect(actions.view.removed.size).toBe(0)
})

test('hiding the window runs all actions at once, and leaves no timer', async () => {
  const { actions, actionOn, requests, timers, settled, pass } = setUp()
  actions.add(actionOn('1'))
  actions.add(actionOn('2'))
  actions.hide()
  await settled()
  expect(requests).toHaveLength(2)
  expect(timers.size).toBe(0)
  actions.add(actionOn('3'))
  await settled()
  expect(requests).toHaveLength(3)
  expect(timers.size).toBe(0)
  actions.show()
  await pass(LEAVING_MS)
  expect(actions.view.removed.size).toBe(0)
})

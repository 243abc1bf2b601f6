import { expect, test } from 'vitest'
import { createToasts, TOAST_MS } from '../../../renderer/view/toasts.ts'

function setUp() {
  const timers = new Map<symbol, { readonly callback: () => void; readonly ms: number }>()
  const toasts = createToasts((callback, ms) => {
    const id = Symbol('timer')
    timers.set(id, { callback, ms })
    return () => void timers.delete(id)
  })
  const seen: (string | null)[] = []
  toasts.onChange(() => seen.push(toasts.shown?.text ?? null))
  /** Fires every timer. */
  function pass(): void {
    for (const [id, { callback }] of timers) {
      timers.delete(id)
      callback()
    }
  }
  return { toasts, timers, seen, pass }
}

test('a toast disappears after its time', () => {
  const { toasts, timers, seen, pass } = setUp()
  toasts.show({ text: 'Muted' })
  expect([...timers.values()].map(({ ms }) => ms)).toEqual([TOAST_MS])
  pass()
  expect(seen).toEqual(['Muted', null])
  expect(timers.size).toBe(0)
})

test('a new toast replaces the last one and has its whole time', () => {
  const { toasts, timers, seen } = setUp()
  toasts.show({ text: 'Muted' })
  toasts.show({ text: 'Unmuted' })
  expect(seen).toEqual(['Muted', 'Unmuted'])
  expect(timers.size).toBe(1)
})

test('a toast stays while it is paused, and then for its whole time', () => {
  const { toasts, timers, seen, pass } = setUp()
  toasts.show({ text: 'Muted' })
  toasts.pause()
  pass()
  expect(seen).toEqual(['Muted'])
  toasts.resume()
  expect(timers.size).toBe(1)
  pass()
  expect(seen).toEqual(['Muted', null])
})

test('a dismissed toast leaves no pause behind, and nothing to dismiss is no change', () => {
  const { toasts, timers, seen } = setUp()
  toasts.dismiss()
  expect(seen).toEqual([])
  toasts.show({ text: 'Muted' })
  toasts.pause()
  toasts.dismiss()
  toasts.show({ text: 'Unmuted' })
  expect(timers.size).toBe(1)
})

import { expect, test, vi } from 'vitest'
import { findTrayHost, watchTrayHost } from '../../../main/tray/tray-host.ts'

const on = (platform: NodeJS.Platform, env: Record<string, string>, answer: string | null) =>
  findTrayHost({ platform, env, run: async () => answer })

test('a desktop with a watcher and a host has a tray', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' }, '(true,)')).toBe('there')
  expect(await on('darwin', {}, null)).toBe('there')
})

test('a watcher without a host is no tray; a watcher that does not report its hosts is', async () => {
  const queried: string[] = []
  const where = (hasHost: string | null) =>
    findTrayHost({
      platform: 'linux',
      env: { XDG_CURRENT_DESKTOP: 'sway', WAYLAND_DISPLAY: 'wayland-1' },
      async run(_program, args) {
        queried.push(args.at(-1) ?? '')
        return args.includes('IsStatusNotifierHostRegistered') ? hasHost : '(true,)'
      },
    })
  expect(await where('(<false>,)')).toBe('missing')
  expect(await where('(<true>,)')).toBe('there')
  expect(await where(null)).toBe('there')
  expect(queried.slice(0, 2)).toEqual(['org.kde.StatusNotifierWatcher', 'IsStatusNotifierHostRegistered'])
})

test('plain GNOME, and Wayland without a watcher, have no tray', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'GNOME' }, '(false,)')).toBe('missing')
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'sway', WAYLAND_DISPLAY: 'wayland-1' }, '(false,)')).toBe('missing')
})

test('X11 may still show an icon through XEmbed; without an answer from the bus the result is unknown', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'XFCE' }, '(false,)')).toBe('unknown')
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'GNOME' }, null)).toBe('unknown')
})

test('a panel that starts after the app is noticed, and one that ends', async () => {
  let hasPanel = false
  let onOutput = (): void => undefined
  const appeared = vi.fn<() => void>()
  const changes: boolean[] = []
  const host = watchTrayHost({
    platform: 'linux',
    env: { WAYLAND_DISPLAY: 'wayland-0' },
    run: async () => `(${hasPanel},)`,
    follow(_program, _args, listener) {
      onOutput = listener
      return () => undefined
    },
    onAppear: appeared,
    onChange: (isMissing) => void changes.push(isMissing),
  })
  const missingIs = async (missing: boolean): Promise<void> => {
    hasPanel = !missing
    onOutput()
    await vi.waitFor(() => expect(host.isMissing).toBe(missing))
  }
  await missingIs(true)
  await missingIs(false)
  expect(appeared).toHaveBeenCalledOnce()
  await missingIs(true)
  await missingIs(false)
  expect(appeared).toHaveBeenCalledTimes(2)
  expect(changes).toEqual([true, false, true, false])
})

test('a panel that reports its start in several parts appears once', async () => {
  let hasPanel = false
  let onOutput = (): void => undefined
  let calls = 0
  const appeared = vi.fn<() => void>()
  const host = watchTrayHost({
    platform: 'linux',
    env: { WAYLAND_DISPLAY: 'wayland-0' },
    async run() {
      calls += 1
      return `(${hasPanel},)`
    },
    follow(_program, _args, listener) {
      onOutput = listener
      return () => undefined
    },
    onAppear: appeared,
    onChange: () => undefined,
  })
  await vi.waitFor(() => expect(host.isMissing).toBe(true))
  hasPanel = true
  for (let line = 0; line < 3; line += 1) onOutput()
  // One call for the watcher that is missing, and two for each line.
  await vi.waitFor(() => expect(calls).toBe(7))
  await vi.waitFor(() => expect(host.isMissing).toBe(false))
  expect(appeared).toHaveBeenCalledOnce()
})

test('an icon counts as missing until a panel is known, or the user has clicked it', async () => {
  const changes: boolean[] = []
  const host = watchTrayHost({
    platform: 'linux',
    env: { XDG_CURRENT_DESKTOP: 'i3' },
    run: async () => '(false,)',
    follow: () => () => undefined,
    onAppear: () => expect.fail('no panel appears'),
    onChange: (isMissing) => void changes.push(isMissing),
  })
  await vi.waitFor(() => expect(host.isMissing).toBe(true))
  host.confirm()
  expect(host.isMissing).toBe(false)
  expect(changes).toEqual([true, false])
})

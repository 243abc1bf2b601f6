/** The number that the desktop shows, and how the tray looks. */
import { until } from '../../helpers/until.ts'
import type { DesktopApp } from './desktop-app.ts'
import type { Shown, ShownTray } from '../host/process/calls.ts'
import { on } from './platform.ts'

/** The badge; or the tooltip of the tray on Windows, whose overlay needs a window. */
export function countOf({ badge, trays }: Shown): number {
  const [, summary = ''] = (trays[0]?.tooltip ?? '').split('\n')
  return on('win32') ? Number(/\d+/.exec(summary)?.[0] ?? 0) : badge
}

export const countIs = (app: DesktopApp, count: number, withinMs?: number): Promise<true> =>
  until(async () => countOf(await app.shown()) === count || undefined, withinMs)

/** The icon, with the text beside it (macOS). */
export const lookOf = (tray: ShownTray | undefined): string => `${tray?.title} ${Buffer.from(tray?.icon ?? []).toString('base64')}`

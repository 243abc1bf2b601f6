/** The databases by the scheme of their url. A driver is loaded when its first source connects. */
import type { DatabaseKind } from './database.ts'

type LoadDriver = () => Promise<DatabaseKind>

const DRIVERS: ReadonlyMap<string, LoadDriver> = new Map<string, LoadDriver>([
  ['sqlite:', async () => (await import('./sqlite.ts')).sqlite],
  ['postgres:', async () => (await import('./postgres.ts')).postgres],
  ['postgresql:', async () => (await import('./postgres.ts')).postgres],
  ['mysql:', async () => (await import('./mysql.ts')).mysql],
  ['mariadb:', async () => (await import('./mysql.ts')).mysql],
])

/** Undefined for an unknown scheme. */
export const driverOf = (url: string): LoadDriver | undefined => DRIVERS.get(/^[a-z]+:/.exec(url)?.[0] ?? '')

/** Parsing that several commands share. */
import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { errorCodeOf } from '../../common/errors.ts'
import { parsePort } from '../../common/model/hosts.ts'
import type { MuteUntil } from '../../common/protocol/settings.ts'
import { TOKEN_SCOPES } from '../../common/protocol/token-scopes.ts'
import type { TokenScope } from '../../common/protocol/wire.ts'
import { utf8Of } from '../platform/text.ts'
import { CommandError } from './command-error.ts'

/** For the value of an option. */
export const portFrom =
  (min: 0 | 1) =>
  (text: string): number => {
    const port = parsePort(text, min)
    if (port !== null) return port
    throw new InvalidArgumentError(`It must be an integer from ${min} to 65535.`)
  }

/** A week, for which a server stores a one-time code at most. */
export const MAX_HOURS = 168

/** For the value of an option. */
export function hoursFrom(text: string): number {
  const hours = Number(text)
  if (/^\d{1,3}$/.test(text) && hours >= 1 && hours <= MAX_HOURS) return hours
  throw new InvalidArgumentError(`It must be an integer from 1 to ${MAX_HOURS}.`)
}

const UNIT_MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440 }

/** As the app accepts it: a year. */
const MAX_MUTE_MINUTES = 525_600

/** For the value of an argument. */
export function muteFrom(text: string): MuteUntil {
  const [, number = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  const minutes = Number(number) * (UNIT_MINUTES[unit] ?? 0)
  if (minutes >= 1 && minutes <= MAX_MUTE_MINUTES) return { minutes }
  if (text === 'tomorrow' || text === 'always' || text === 'off') return text
  throw new InvalidArgumentError('It must be a time from 1m to 365d, such as 30m, 1h or 2d, or tomorrow, always or off.')
}

/** For the value of an option that may be repeated: `read,act`. */
export function scopesFrom(text: string, before: readonly TokenScope[] = []): readonly TokenScope[] {
  const words = text.split(',').map((word) => word.trim())
  const known = TOKEN_SCOPES.filter((scope) => words.includes(scope) || before.includes(scope))
  if (words.every((word) => known.some((scope) => scope === word))) return known
  throw new InvalidArgumentError(`It must be one or several of ${TOKEN_SCOPES.join(', ')}.`)
}

/** @param name in the error: "The config". @throws CommandError */
export function readTextFile(path: string, name: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new CommandError(`${name} ${path} cannot be read (${errorCodeOf(error)}).`, 1, { cause: error })
  }
  const text = utf8Of(bytes)
  if (text === null) throw new CommandError(`${name} ${path} is not UTF-8 text; save it as UTF-8.`)
  return text
}

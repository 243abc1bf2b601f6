/** Parsing that several commands share. */
import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { errorCodeOf } from '../../common/errors.ts'
import { parsePort } from '../../common/model/hosts.ts'
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

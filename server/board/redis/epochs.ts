/**
 * Epochs of a shared board: `line~number~random`. Those of one line are ordered, so that a machine that has yet to receive
 * a new epoch does not answer a client of it with the state of the one before.
 */
import type { Tag } from '../../../common/protocol/headers.ts'

export function nextEpoch(epoch: string | null, newId: () => string): string {
  const [line, number] = partsOf(epoch ?? '') ?? [newId(), 0]
  return `${line}~${number + 1}~${newId().slice(0, 6)}`
}

/** False where Redis had lost everything, and a machine that had nothing either has begun anew. */
export const isSameLine = (epoch: string, other: string): boolean => partsOf(epoch)?.[0] === partsOf(other)?.[0]

export function isLaterEpoch(epoch: string, than: string): boolean {
  const [line, number] = partsOf(epoch) ?? []
  const [otherLine, otherNumber] = partsOf(than) ?? []
  return line === otherLine && number !== undefined && otherNumber !== undefined && number > otherNumber
}

export function parseTag(tag: Tag): { readonly epoch: string; readonly rev: number } {
  const dot = tag.lastIndexOf('.')
  return { epoch: tag.slice(0, dot), rev: Number(tag.slice(dot + 1)) }
}

function partsOf(epoch: string): readonly [line: string, number: number] | null {
  const [, line, number] = /^([^~]+)~(\d{1,15})~[^~]+$/.exec(epoch) ?? []
  return line === undefined ? null : [line, Number(number)]
}

/** Pure: the sounds of notifications, made from sine waves: 16 bit, mono, in a WAV file. */
import type { DesktopSettings } from '../../common/protocol/settings.ts'

export type Sound = Exclude<DesktopSettings['sound'], 'system' | 'none'>

interface Tone {
  /** Hz at the start and at the end. */
  readonly from: number
  readonly to: number
  /** Seconds. */
  readonly at: number
  readonly lasts: number
  /** 0 to 1. */
  readonly loud: number
  /** How fast it dies away, per second. */
  readonly decay: number
}

const RATE = 44_100
const HEAD_BYTES = 44

/** A bell is not harmonic: its partials are what makes it one. */
const bellAt = (hz: number, at: number): readonly Tone[] =>
  [
    [1, 0.5, 4],
    [2.01, 0.25, 6],
    [2.76, 0.2, 8],
    [5.4, 0.08, 14],
  ].map(([partial = 1, loud = 0, decay = 1]) => ({ from: hz * partial, to: hz * partial, at, lasts: 0.9, loud, decay }))

const SOUNDS: Readonly<Record<Sound, readonly Tone[]>> = {
  bell: [...bellAt(880, 0), ...bellAt(1174.7, 0.14)],
  drop: [
    { from: 520, to: 1250, at: 0, lasts: 0.09, loud: 0.6, decay: 18 },
    { from: 700, to: 1650, at: 0.1, lasts: 0.12, loud: 0.5, decay: 22 },
  ],
  wood: [
    { from: 820, to: 790, at: 0, lasts: 0.12, loud: 0.8, decay: 55 },
    { from: 1640, to: 1580, at: 0, lasts: 0.08, loud: 0.3, decay: 80 },
    { from: 1020, to: 990, at: 0.13, lasts: 0.14, loud: 0.8, decay: 55 },
  ],
}

export function wavOf(sound: Sound): Uint8Array {
  const tones = SOUNDS[sound]
  const samples = Math.ceil(Math.max(...tones.map(({ at, lasts }) => at + lasts)) * RATE)
  const bytes = new Uint8Array(HEAD_BYTES + samples * 2)
  const view = new DataView(bytes.buffer)
  const text = (at: number, letters: string): void => bytes.set(new TextEncoder().encode(letters), at)
  text(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, RATE, true)
  view.setUint32(28, RATE * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, samples * 2, true)
  for (let sample = 0; sample < samples; sample += 1) {
    const level = tones.reduce((sum, tone) => sum + levelOf(tone, sample / RATE), 0)
    view.setInt16(HEAD_BYTES + sample * 2, Math.round(Math.max(-1, Math.min(1, level)) * 32_767 * 0.7), true)
  }
  return bytes
}

function levelOf({ from, to, at, lasts, loud, decay }: Tone, seconds: number): number {
  const since = seconds - at
  if (since < 0 || since >= lasts) return 0
  const turns = from * since + ((to - from) * since * since) / (2 * lasts)
  // The first and the last 5 ms are faded, or it would click.
  const edge = Math.min(1, since / 0.005, (lasts - since) / 0.005)
  return loud * edge * Math.exp(-decay * since) * Math.sin(2 * Math.PI * turns)
}

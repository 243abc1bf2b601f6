/** The sounds of notifications, made from sine waves: 16 bit, mono, in a WAV file. */
import type { DesktopSettings } from '../../common/protocol/settings.ts'

export type OwnSound = Exclude<DesktopSettings['sound'], 'system' | 'none'>

interface Tone {
  /** Hz at the start and at the end. */
  readonly from: number
  readonly to: number
  readonly startSeconds: number
  readonly seconds: number
  /** 0 to 1. */
  readonly volume: number
  /** Exponential, per second. */
  readonly decay: number
}

const RATE = 44_100
const HEADER_BYTES = 44

/** The partials of a bell are not harmonic. */
const bellAt = (hz: number, startSeconds: number): readonly Tone[] =>
  [
    [1, 0.5, 4],
    [2.01, 0.25, 6],
    [2.76, 0.2, 8],
    [5.4, 0.08, 14],
  ].map(([partial = 1, volume = 0, decay = 1]) => {
    const from = hz * partial
    return { from, to: from, startSeconds, seconds: 0.9, volume, decay }
  })

const SOUNDS: Readonly<Record<OwnSound, readonly Tone[]>> = {
  bell: [...bellAt(880, 0), ...bellAt(1174.7, 0.14)],
  drop: [
    { from: 520, to: 1250, startSeconds: 0, seconds: 0.09, volume: 0.6, decay: 18 },
    { from: 700, to: 1650, startSeconds: 0.1, seconds: 0.12, volume: 0.5, decay: 22 },
  ],
  wood: [
    { from: 820, to: 790, startSeconds: 0, seconds: 0.12, volume: 0.8, decay: 55 },
    { from: 1640, to: 1580, startSeconds: 0, seconds: 0.08, volume: 0.3, decay: 80 },
    { from: 1020, to: 990, startSeconds: 0.13, seconds: 0.14, volume: 0.8, decay: 55 },
  ],
}

export function wavOf(sound: OwnSound): Uint8Array {
  const tones = SOUNDS[sound]
  const samples = Math.ceil(Math.max(...tones.map(({ startSeconds, seconds }) => startSeconds + seconds)) * RATE)
  const wav = Buffer.alloc(HEADER_BYTES + samples * 2)
  // 0x1_0001: PCM, one channel. 0x10_0002: 2 bytes, 16 bits a sample.
  const header = ['RIFF', wav.length - 8, 'WAVE', 'fmt ', 16, 0x1_0001, RATE, RATE * 2, 0x10_0002, 'data', samples * 2]
  header.forEach((word, at) => (typeof word === 'string' ? wav.write(word, at * 4) : wav.writeUInt32LE(word, at * 4)))
  for (let sample = 0; sample < samples; sample += 1) {
    const level = tones.reduce((sum, tone) => sum + levelOf(tone, sample / RATE), 0)
    wav.writeInt16LE(Math.round(Math.max(-1, Math.min(1, level)) * 32_767 * 0.7), HEADER_BYTES + sample * 2)
  }
  return wav
}

function levelOf({ from, to, startSeconds, seconds, volume, decay }: Tone, atSeconds: number): number {
  const since = atSeconds - startSeconds
  if (since < 0 || since >= seconds) return 0
  const turns = from * since + ((to - from) * since * since) / (2 * seconds)
  // Without a fade of the first and the last 5 ms, the tone would click.
  const edge = Math.min(1, since / 0.005, (seconds - since) / 0.005)
  return volume * edge * Math.exp(-decay * since) * Math.sin(2 * Math.PI * turns)
}

/**
 * The sound of a notification, where the person wants another than the system's. macOS plays one of its own by name with
 * the notification; Windows has only the system's. Linux leaves it to us, so there its "do not disturb" is asked for first.
 */
import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { type Sound, wavOf } from './tones.ts'
import { readOutput } from '../system/programs.ts'

export interface Player {
  /** False once no program could play: the notification brings the system's sound then. */
  readonly works: boolean
  /** Plays it now, unless the system is not to be disturbed. Never rejects. */
  play(sound: Sound): Promise<void>
}

export interface PlayerDeps {
  /** Where the sounds are written when they are first wanted. */
  readonly dir: string
  readonly ask?: typeof readOutput
  /** Told once that no program plays them. */
  readonly onFailure: (detail: string) => void
}

/** PipeWire, PulseAudio, ALSA: what a desktop has of them. */
const PLAYERS = ['pw-play', 'paplay', 'aplay'] as const

/** Named by what they sound like; every macOS has them. */
export const MAC_SOUNDS: Readonly<Record<Sound, string>> = { bell: 'Glass', drop: 'Pop', wood: 'Tink' }

export function createPlayer({ dir, ask = readOutput, onFailure }: PlayerDeps): Player {
  const written = new Map<Sound, Promise<string>>()
  let hasFailed = false

  async function write(sound: Sound): Promise<string> {
    const path = join(dir, `mailbell-${sound}.wav`)
    await writeFile(path, wavOf(sound), { mode: 0o600 })
    return path
  }

  /** What the notification servers of KDE and others say, and what GNOME's settings do. */
  async function isInhibited(): Promise<boolean> {
    const name = 'org.freedesktop.Notifications'
    const get = ['call', '--session', '--dest', name, '--object-path', '/org/freedesktop/Notifications']
    const inhibited = await ask('gdbus', [...get, '--method', 'org.freedesktop.DBus.Properties.Get', name, 'Inhibited'])
    if (inhibited?.includes('true')) return true
    return (await ask('gsettings', ['get', 'org.gnome.desktop.notifications', 'show-banners'])) === 'false'
  }

  return {
    get works() {
      return !hasFailed
    },
    async play(sound) {
      if (await isInhibited()) return
      const file = written.get(sound) ?? write(sound)
      written.set(sound, file)
      try {
        const path = await file
        for (const player of PLAYERS) if ((await ask(player, [path])) !== null) return
      } catch {
        written.delete(sound)
      }
      if (!hasFailed)
        onFailure(
          'No sound can be played: pw-play, paplay and aplay are missing or fail. Until one of them is installed and Mailbell started again, the sound of the system is heard.',
        )
      hasFailed = true
    },
  }
}

/** Where the notification itself brings the sound, or the system has only its own. */
export const SILENT_PLAYER: Player = { works: true, play: async () => undefined }

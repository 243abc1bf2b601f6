/**
 * The sound of a notification, if the user chose another than the system's. macOS plays one of its own sounds by name;
 * Windows has only the system's (common/model/sounds.ts). On Linux the app plays it, and checks "do not disturb" first.
 */
import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { type OwnSound, wavOf } from './tones.ts'
import { readOutput } from '../system/programs.ts'

export interface Player {
  /** False once no program could play a sound: from then on the notification uses the system's sound. */
  readonly works: boolean
  /** Plays the sound, unless the system is in "do not disturb". Never rejects. */
  play(sound: OwnSound): Promise<void>
}

/** PipeWire, PulseAudio, ALSA: a desktop has at least one of them. */
const PLAYERS = ['pw-play', 'paplay', 'aplay'] as const

/** The most similar sounds of macOS. */
export const MAC_SOUNDS: Readonly<Record<OwnSound, string>> = { bell: 'Glass', drop: 'Pop', wood: 'Tink' }

/**
 * @param dir where each sound is written before it is first played
 * @param onError called once, when no program plays a sound
 */
export function createPlayer(dir: string, onError: (detail: string) => void, run = readOutput): Player {
  const written = new Map<OwnSound, Promise<string>>()
  let hasFailed = false

  async function write(sound: OwnSound): Promise<string> {
    const path = join(dir, `mailbell-${sound}.wav`)
    await writeFile(path, wavOf(sound), { mode: 0o600 })
    return path
  }

  /** KDE and others report it in the notification server, GNOME in its settings. */
  async function isInhibited(): Promise<boolean> {
    const name = 'org.freedesktop.Notifications'
    const get = ['call', '--session', '--dest', name, '--object-path', '/org/freedesktop/Notifications']
    const inhibited = await run('gdbus', [...get, '--method', 'org.freedesktop.DBus.Properties.Get', name, 'Inhibited'])
    if (inhibited?.includes('true')) return true
    return (await run('gsettings', ['get', 'org.gnome.desktop.notifications', 'show-banners'])) === 'false'
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
        for (const player of PLAYERS) if ((await run(player, [path])) !== null) return
      } catch {
        written.delete(sound)
      }
      if (!hasFailed)
        onError(
          'Can’t play the sound, because pw-play, paplay and aplay are missing or fail. The system’s sound plays instead. Install one of them and restart Mailbell.',
        )
      hasFailed = true
    },
  }
}

/** On macOS and Windows, the notification itself brings the sound. */
export const SYSTEM_PLAYER: Player = { works: true, play: async () => undefined }

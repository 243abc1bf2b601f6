/** Which sounds a notification can have on a platform. */
import type { DesktopSettings } from '../protocol/settings.ts'

type Sound = DesktopSettings['sound']

const OWN_SOUNDS: readonly Sound[] = ['bell', 'drop', 'wood']

/** Windows plays only its own sound. */
export const soundsOf = (platform: string): readonly Sound[] => ['system', 'none', ...(platform === 'win32' ? [] : OWN_SOUNDS)]

/** What plays for a sound that may have been chosen on another platform. */
export const heardSound = (chosen: Sound, platform: string): Sound => (soundsOf(platform).includes(chosen) ? chosen : 'system')

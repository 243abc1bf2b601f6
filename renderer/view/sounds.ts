/** Pure: which sounds a notification can have on a platform. */
import type { DesktopSettings } from '../../common/protocol/settings.ts'

type Sound = DesktopSettings['sound']

const OF_ITS_OWN: readonly Sound[] = ['bell', 'drop', 'wood']

/** Windows plays its own sound with a notification, or none. */
export const soundsOf = (platform: string): readonly Sound[] => ['system', 'none', ...(platform === 'win32' ? [] : OF_ITS_OWN)]

/** What is heard where this was chosen, perhaps on another platform. */
export const heardSound = (chosen: Sound, platform: string): Sound => (soundsOf(platform).includes(chosen) ? chosen : 'system')

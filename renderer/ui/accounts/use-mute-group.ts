/** The part of a menu that mutes something for a time, or ends that. A toast says what was done, and undoes it. */
import { MUTE_CHOICES, muteEndMs, muteOf, muteOfAll } from '../../../common/model/silence/mutes.ts'
import type { MuteUntil, ReaderSettings, Scope } from '../../../common/protocol/settings.ts'
import type { MenuGroup } from '../../view/menu.ts'
import { useUi } from '../controls/context.ts'
import { useToast, useToastedRequest } from '../layers/Toaster.tsx'
import { muteText } from '../../view/mute-text.ts'

/** Returns the group for a scope; null is everything. */
export function useMuteGroup(muted: ReaderSettings['muted']): (scope: Scope | null) => MenuGroup {
  const { words, bridge } = useUi()
  const toast = useToast()
  const request = useToastedRequest()

  async function choose(of: Scope | null, until: MuteUntil): Promise<void> {
    if (!(await request(bridge.mute({ scope: of, until }))).ok) return
    const text = until === 'off' ? words.t('unmuted') : muteText({ scope: of, untilMs: muteEndMs(until, Date.now()) }, null, words)
    const undo = (): void => void request(bridge.updateReaderSettings({ muted: [...muted] }))
    toast({ text, action: { text: words.t('undo'), run: undo } })
  }

  return (scope) => {
    const mute = scope === null ? muteOfAll(muted) : muteOf(muted, scope)
    if (mute) {
      const unmute = (): void => void choose(mute.scope, 'off')
      return { label: muteText(mute, scope, words), items: [{ kind: 'action', id: 'unmute', text: words.t('unmute'), onSelect: unmute }] }
    }
    return {
      label: words.t(scope === null ? 'muteAll' : 'mute'),
      items: MUTE_CHOICES.map(([until, key]) => ({
        kind: 'action',
        id: key,
        text: words.t(key),
        onSelect: () => void choose(scope, until),
      })),
    }
  }
}

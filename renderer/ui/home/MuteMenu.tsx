/** Mutes all notifications, or ends that. */
import { muteOfAll } from '../../../common/model/mutes.ts'
import type { DesktopState } from '../../../common/protocol/window-state.ts'
import { useMuteGroup } from '../accounts/use-mute-group.ts'
import { useUi } from '../controls/context.ts'
import { BellIcon, MutedIcon } from '../controls/icons.tsx'
import { MenuButton } from '../controls/Menu.tsx'

export function MuteMenu({ desktop: { settings } }: { readonly desktop: DesktopState }) {
  const { words } = useUi()
  const group = useMuteGroup(settings.muted, null)
  return <MenuButton label={words.t('muteAll')} icon={muteOfAll(settings.muted) ? <MutedIcon /> : <BellIcon />} groups={[group]} />
}

/** Mutes all notifications, or ends that. */
import { muteOfAll } from '../../../common/model/silence/mutes.ts'
import type { ReaderSettings } from '../../../common/protocol/settings.ts'
import { useMuteGroup } from '../accounts/use-mute-group.ts'
import { useUi } from '../controls/context.ts'
import { BellIcon, MutedIcon } from '../controls/icons.tsx'
import { MenuButton } from '../layers/Menu.tsx'

export function MuteMenu({ muted }: Pick<ReaderSettings, 'muted'>) {
  const { words } = useUi()
  const group = useMuteGroup(muted)(null)
  return <MenuButton label={words.t('muteAll')} icon={muteOfAll(muted) ? <MutedIcon /> : <BellIcon />} groups={[group]} />
}

import type { DesktopSettings } from '../../../../common/protocol/settings.ts'
import { heardSound, soundsOf } from '../../../view/sounds.ts'
import { useDesktop, useUi } from '../../context.ts'
import { Ask } from '../Ask.tsx'
import type { SettingsForm } from '../use-settings.ts'
import { OneOf } from '../Controls.tsx'
import { Failure } from '../Failure.tsx'

const SOUNDS = { system: 'sameAsSystem', none: 'none', bell: 'soundBell', drop: 'soundDrop', wood: 'soundWood' } as const

export interface SoundChoiceProps {
  readonly sound: DesktopSettings['sound']
  readonly platform: string
  readonly choosing: SettingsForm
}

export function SoundChoice({ sound, platform, choosing: { choose, failure } }: SoundChoiceProps) {
  const { words } = useUi()
  const { showTestNotification } = useDesktop()
  return (
    <>
      <OneOf
        name="sound"
        label={words.t('sound')}
        value={heardSound(sound, platform)}
        options={soundsOf(platform).map((value) => ({ value, label: words.t(SOUNDS[value]) }))}
        onChoose={(wanted) => void choose({ sound: wanted })}
      />
      <Failure outcome={failure('sound')} />
      <Ask label={words.t('testNotification')} run={showTestNotification} />
    </>
  )
}

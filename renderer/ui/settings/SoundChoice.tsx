import type { Choices } from '../../../main/ipc.ts'
import { useDesktop, useSurroundings } from '../context.ts'
import { Ask } from './Ask.tsx'
import type { Choosing } from './choosing.ts'
import { OneOf } from './Controls.tsx'
import { Failure } from './Failure.tsx'

const SOUNDS = { system: 'soundSystem', none: 'soundNone', bell: 'soundBell', drop: 'soundDrop', wood: 'soundWood' } as const

export function SoundChoice({ sound, choosing: { choose, failure } }: { readonly sound: Choices['sound']; readonly choosing: Choosing }) {
  const { words } = useSurroundings()
  const { showSample } = useDesktop()
  const names = Object.keys(SOUNDS) as Choices['sound'][]
  return (
    <>
      <OneOf
        name="sound"
        label={words.t('sound')}
        value={sound}
        options={names.map((value) => ({ value, label: words.t(SOUNDS[value]) }))}
        onChoose={(wanted) => void choose({ sound: wanted })}
      />
      <Failure outcome={failure('sound')} />
      <Ask label={words.t('showSample')} run={showSample} />
    </>
  )
}

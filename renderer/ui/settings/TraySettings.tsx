import type { Choices, ServerView } from '../../../main/ipc.ts'
import { useSurroundings } from '../context.ts'
import { useChoosing } from './choosing.ts'
import { OneOf } from './Controls.tsx'
import { CountTree } from './CountTree.tsx'
import { Failure } from './Failure.tsx'
import { Section } from './Section.tsx'

export function TraySettings({ choices, servers }: { readonly choices: Choices; readonly servers: readonly ServerView[] }) {
  const { words } = useSurroundings()
  const { choose, failure } = useChoosing()
  return (
    <Section id="tray" title={words.t('sectionTray')}>
      <OneOf
        name="trayShows"
        label={words.t('trayShows')}
        value={choices.trayShows}
        options={[
          { value: 'number', label: words.t('trayNumber') },
          { value: 'dot', label: words.t('trayDot') },
          { value: 'nothing', label: words.t('trayNothing') },
        ]}
        onChoose={(trayShows) => void choose({ trayShows })}
      />
      <OneOf
        name="counts"
        label={words.t('counts')}
        value={choices.counts}
        options={[
          { value: 'all', label: words.t('countsAll') },
          { value: 'last-look', label: words.t('countsLastLook') },
        ]}
        onChoose={(counts) => void choose({ counts })}
      />
      <CountTree servers={servers} notCounted={choices.notCounted} onChoose={(notCounted) => void choose({ notCounted })} />
      <Failure outcome={failure('trayShows') ?? failure('counts') ?? failure('notCounted')} />
    </Section>
  )
}

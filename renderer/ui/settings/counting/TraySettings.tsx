import type { ServerView } from '../../../../common/protocol/window-state.ts'
import type { DesktopSettings } from '../../../../common/protocol/settings.ts'
import { useUi } from '../../context.ts'
import { useSettingsForm } from '../use-settings.ts'
import { OneOf } from '../Controls.tsx'
import { CountTree } from './CountTree.tsx'
import { Failure } from '../Failure.tsx'
import { Section } from '../Section.tsx'

export function TraySettings({ choices, servers }: { readonly choices: DesktopSettings; readonly servers: readonly ServerView[] }) {
  const { words } = useUi()
  const { choose, failure } = useSettingsForm()
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
          { value: 'last-look', label: words.t('countsNew') },
        ]}
        onChoose={(counts) => void choose({ counts })}
      />
      <CountTree servers={servers} notCounted={choices.notCounted} onChoose={(notCounted) => void choose({ notCounted })} />
      <Failure outcome={failure('trayShows') ?? failure('counts') ?? failure('notCounted')} />
    </Section>
  )
}

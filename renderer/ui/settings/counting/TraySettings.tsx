import type { DesktopState, WindowState } from '../../../../common/protocol/window-state.ts'
import { useDesktop, useUi } from '../../controls/context.ts'
import { optionsOf } from '../../controls/fields.tsx'
import { Section, SettingSelect } from '../setting-fields.tsx'
import { CountTree } from './CountTree.tsx'

export function TraySettings({ settings, state }: Pick<DesktopState, 'settings'> & { readonly state: WindowState }) {
  const { words } = useUi()
  const { updateDesktopSettings } = useDesktop()
  return (
    <Section id="tray" title={words.t('sectionTray')}>
      <SettingSelect
        name="trayShows"
        label={words.t('trayShows')}
        value={settings.trayShows}
        options={optionsOf(words, { number: 'trayNumber', dot: 'trayDot', nothing: 'trayNothing' })}
        save={(trayShows) => updateDesktopSettings({ trayShows })}
      />
      <SettingSelect
        name="counts"
        label={words.t('counts')}
        value={settings.counts}
        options={optionsOf(words, { all: 'countsAll', 'last-look': 'countsNew' })}
        save={(counts) => updateDesktopSettings({ counts })}
      />
      <CountTree servers={state.servers} notCounted={state.readerSettings.notCounted} />
    </Section>
  )
}

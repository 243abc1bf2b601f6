import type { DesktopState, UpdateState } from '../../../common/protocol/window-state.ts'
import { plain } from '../../../common/model/text.ts'
import type { Words } from '../../../common/words/words.ts'
import { useDesktop, useUi } from '../controls/context.ts'
import { ActionButton } from '../controls/ActionButton.tsx'
import { Section, SettingCheckbox } from './setting-fields.tsx'

function updateText(update: UpdateState, words: Words): string {
  switch (update.phase) {
    case 'off':
      return words.t('updateOff')
    case 'none':
      return update.checkedAtMs === null
        ? words.t('updateNone')
        : words.t('updateNoneAt', { when: words.moment(update.checkedAtMs, Date.now()) })
    case 'checking':
      return words.t('updateChecking')
    case 'available':
      return words.t('updateAvailable', { version: plain(update.version) })
    case 'downloading':
      return words.t('updateDownloading', { version: plain(update.version), percent: update.percent })
    case 'ready':
      return words.t('updateReady', { version: plain(update.version) })
    case 'failed':
      return words.t('updateFailed', { detail: plain(update.detail) })
  }
}

export function UpdateSettings({ desktop: { update, settings }, version }: { readonly desktop: DesktopState; readonly version: string }) {
  const { words } = useUi()
  const { checkForUpdate, installUpdate, openDownloads, updateDesktopSettings } = useDesktop()
  const canCheck = update.phase === 'none' || update.phase === 'failed'
  return (
    <Section id="updates" title={words.t('sectionUpdates')}>
      <p class="version">{words.t('version', { version })}</p>
      {/* The progress is not announced, only its end. */}
      <p role={update.phase === 'downloading' ? undefined : 'status'}>{updateText(update, words)}</p>
      {update.phase === 'downloading' && <progress max={100} value={update.percent} aria-label={updateText(update, words)} />}
      {update.phase === 'ready' && <ActionButton primary label={words.t('installUpdate')} run={installUpdate} />}
      {update.phase === 'available' && <ActionButton primary label={words.t('openDownloads')} run={openDownloads} />}
      {canCheck && <ActionButton label={words.t('checkNow')} run={checkForUpdate} />}
      {update.phase !== 'off' && (
        <SettingCheckbox
          name="looksForUpdates"
          label={words.t('checkForUpdates')}
          help={words.t('checkForUpdatesHelp')}
          checked={settings.looksForUpdates}
          save={(looksForUpdates) => updateDesktopSettings({ looksForUpdates })}
        />
      )}
    </Section>
  )
}

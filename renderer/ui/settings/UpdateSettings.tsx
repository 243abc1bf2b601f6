import type { UpdateState } from '../../../common/protocol/window-state.ts'
import type { DesktopSettings } from '../../../common/protocol/settings.ts'
import { plain } from '../../../common/model/text.ts'
import type { Words } from '../../../common/words/words.ts'
import { useDesktop, useUi } from '../context.ts'
import { Ask } from './Ask.tsx'
import { useSettingsForm } from './use-settings.ts'
import { Check } from './Controls.tsx'
import { Failure } from './Failure.tsx'
import { Section } from './Section.tsx'

function updateWords(update: UpdateState, words: Words): string {
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

interface UpdateSettingsProps {
  readonly update: UpdateState
  readonly looksForUpdates: DesktopSettings['looksForUpdates']
  readonly version: string
}

export function UpdateSettings({ update, looksForUpdates, version }: UpdateSettingsProps) {
  const { words } = useUi()
  const { checkForUpdate, installUpdate, openDownloads } = useDesktop()
  const { choose, failure } = useSettingsForm()
  const canLook = update.phase === 'none' || update.phase === 'failed'
  return (
    <Section id="updates" title={words.t('sectionUpdates')}>
      <p class="version">{words.t('version', { version })}</p>
      {/* A progress is read by who looks, and told as it ends. */}
      <p role={update.phase === 'downloading' ? undefined : 'status'}>{updateWords(update, words)}</p>
      {update.phase === 'downloading' && <progress max={100} value={update.percent} aria-label={updateWords(update, words)} />}
      {update.phase === 'ready' && <Ask primary label={words.t('installUpdate')} run={installUpdate} />}
      {update.phase === 'available' && <Ask primary label={words.t('openDownloads')} run={openDownloads} />}
      {canLook && <Ask label={words.t('checkNow')} run={checkForUpdate} />}
      {update.phase !== 'off' && (
        <Check
          name="looksForUpdates"
          label={words.t('checkForUpdates')}
          help={words.t('checkForUpdatesHelp')}
          checked={looksForUpdates}
          onChoose={(looks) => void choose({ looksForUpdates: looks })}
        />
      )}
      <Failure outcome={failure('looksForUpdates')} />
    </Section>
  )
}

import { useState } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import { Confirm } from '../controls/Confirm.tsx'
import { useDesktop, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { ActionButton } from '../controls/ActionButton.tsx'
import { DangerZone, Section } from './setting-fields.tsx'

export function TroubleshootingSettings() {
  const { words } = useUi()
  const { openLog, copyDiagnostics } = useDesktop()
  return (
    <Section id="trouble" title={words.t('sectionTroubleshooting')}>
      <p class="help">{words.t('diagnosticsHelp')}</p>
      <div class="action-row">
        <ActionButton label={words.t('copyDiagnostics')} run={copyDiagnostics} resultText={() => words.t('copied')} />
        <ActionButton label={words.t('openLog')} run={openLog} />
      </div>
      <DangerZone>
        <RemoveAppData />
      </DangerZone>
    </Section>
  )
}

/** Lists what would be deleted before it is. */
function RemoveAppData() {
  const { words } = useUi()
  const { listAppFiles, removeAppData } = useDesktop()
  const [files, setFiles] = useState<readonly string[] | null>(null)
  if (files === null) {
    return (
      <ActionButton
        label={words.t('removeEverythingShow')}
        run={listAppFiles}
        resultText={({ files: listed }) => {
          setFiles(listed)
          return null
        }}
      />
    )
  }
  return (
    <div class="app-files">
      <p>{words.t('removeEverythingQuestion')}</p>
      <ul>
        {files.map((path) => (
          <li key={path}>
            <bdi>{plain(path)}</bdi>
          </li>
        ))}
      </ul>
      <Confirm action={words.t('removeEverything')} question={words.t('removeEverythingSure')} run={removeAppData} />
      <Button text={words.t('cancel')} onClick={() => setFiles(null)} />
    </div>
  )
}

import { useState } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import { Confirm } from '../controls/Confirm.tsx'
import { useDesktop, useUi } from '../context.ts'
import { Ask } from './Ask.tsx'
import { Section } from './Section.tsx'

export function TroubleshootingSettings() {
  const { words } = useUi()
  const { openLog, copyDiagnostics } = useDesktop()
  return (
    <Section id="trouble" title={words.t('sectionTroubleshooting')}>
      <Ask label={words.t('copyDiagnostics')} run={copyDiagnostics} said={() => words.t('diagnosticsCopied')} />
      <p class="help">{words.t('diagnosticsHelp')}</p>
      <Ask label={words.t('openLog')} run={openLog} />
      <RemoveEverything />
    </Section>
  )
}

/** Says what would be deleted before it is. */
function RemoveEverything() {
  const { words } = useUi()
  const { listAppFiles, removeAppData } = useDesktop()
  const [traces, setTraces] = useState<readonly string[] | null>(null)
  if (traces === null) {
    return (
      <Ask
        label={words.t('removeEverythingShow')}
        run={listAppFiles}
        said={(found) => {
          setTraces(found.files)
          return null
        }}
      />
    )
  }
  return (
    <div class="traces">
      <p>{words.t('removeEverythingQuestion')}</p>
      <ul>
        {traces.map((path) => (
          <li key={path}>
            <bdi>{plain(path)}</bdi>
          </li>
        ))}
      </ul>
      <Confirm
        label={words.t('removeEverything')}
        action={words.t('removeEverything')}
        question={words.t('removeEverythingSure')}
        run={removeAppData}
      />
      <button type="button" class="button" onClick={() => setTraces(null)}>
        {words.t('cancel')}
      </button>
    </div>
  )
}

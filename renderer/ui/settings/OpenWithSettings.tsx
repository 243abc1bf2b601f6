import { useState } from 'preact/hooks'
import type { DesktopSettings } from '../../../common/protocol/settings.ts'
import { useDesktop, useUi } from '../controls/context.ts'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { optionsOf, TextField } from '../controls/fields.tsx'
import { useOutcome } from '../controls/use-request.ts'
import { Section, SettingSelect } from './setting-fields.tsx'

export function OpenWithSettings({ settings: { opensMailIn, mailCommand } }: { readonly settings: DesktopSettings }) {
  const { words } = useUi()
  const { updateDesktopSettings } = useDesktop()
  const { error, track } = useOutcome()
  const [command, setCommand] = useState(mailCommand)
  return (
    <Section id="opening" title={words.t('sectionOpening')}>
      <SettingSelect
        name="opensMailIn"
        label={words.t('opensMailIn')}
        value={opensMailIn}
        options={optionsOf(words, { web: 'opensWeb', program: 'opensProgram', command: 'opensCommand' })}
        save={(program) => updateDesktopSettings({ opensMailIn: program })}
      />
      {opensMailIn === 'program' && <p class="help">{words.t('opensProgramHelp')}</p>}
      {opensMailIn === 'command' && (
        <TextField
          name="mailCommand"
          label={words.t('mailCommand')}
          help={words.t('mailCommandHelp')}
          maxLength={1000}
          placeholder="thunderbird mid:{messageId}"
          value={command}
          onText={setCommand}
          onChange={() => void track(updateDesktopSettings({ mailCommand: command }))}
        />
      )}
      <ErrorMessage error={error} />
    </Section>
  )
}

import { useState } from 'preact/hooks'
import type { DesktopSettings } from '../../../common/protocol/settings.ts'
import { useUi } from '../context.ts'
import { Field } from '../controls/Form.tsx'
import { useSettingsForm } from './use-settings.ts'
import { OneOf } from './Controls.tsx'
import { Failure } from './Failure.tsx'
import { Section } from './Section.tsx'

export function OpenWithSettings({ choices: { opensMailIn, mailCommand } }: { readonly choices: DesktopSettings }) {
  const { words } = useUi()
  const { choose, failure } = useSettingsForm()
  const [typed, setTyped] = useState(mailCommand)
  return (
    <Section id="opening" title={words.t('sectionOpening')}>
      <OneOf
        name="opensMailIn"
        label={words.t('opensMailIn')}
        value={opensMailIn}
        options={[
          { value: 'web', label: words.t('opensWeb') },
          { value: 'program', label: words.t('opensProgram') },
          { value: 'command', label: words.t('opensCommand') },
        ]}
        onChoose={(wanted) => void choose({ opensMailIn: wanted })}
      />
      {opensMailIn === 'program' && <p class="help">{words.t('opensProgramHelp')}</p>}
      {opensMailIn === 'command' && (
        <Field name="mailCommand" label={words.t('mailCommand')} help={words.t('mailCommandHelp')}>
          {(control) => (
            <input
              {...control}
              type="text"
              autoComplete="off"
              spellcheck={false}
              maxLength={1000}
              placeholder="thunderbird mid:{messageId}"
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
              onChange={() => void choose({ mailCommand: typed })}
            />
          )}
        </Field>
      )}
      <Failure outcome={failure('opensMailIn') ?? failure('mailCommand')} />
    </Section>
  )
}

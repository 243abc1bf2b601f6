/** How passwords are stored on this computer, and the passphrase if there is no keyring. */
import { useState } from 'preact/hooks'
import type { SecretsView } from '../../../common/protocol/window-state.ts'
import { Confirm } from '../controls/Confirm.tsx'
import { useDesktop, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { SetPassphrase, Unlock } from './PassphraseForms.tsx'
import { Section } from './Section.tsx'

export function SecretsSettings({ secrets: { storage, locked } }: { readonly secrets: SecretsView }) {
  const { words } = useUi()
  const { removePassphrase } = useDesktop()
  const [changing, setChanging] = useState(false)
  if (locked) return <Unlock />
  return (
    <Section id="secrets" title={words.t('sectionSecrets')}>
      <p tabIndex={-1} id="secret-storage">
        {words.t(`secrets.${storage}`)}
      </p>
      {storage === 'memory' && (
        <SetPassphrase changes={false} onDone={() => document.querySelector<HTMLElement>('#secret-storage')?.focus()} />
      )}
      {storage === 'passphrase' &&
        (changing ? (
          <SetPassphrase
            changes
            onDone={() => {
              setChanging(false)
              document.querySelector<HTMLElement>('#secret-storage')?.focus()
            }}
          />
        ) : (
          <div class="buttons">
            <Button text={words.t('passphraseChange')} onClick={() => setChanging(true)} />
            <Confirm
              label={words.t('passphraseRemove')}
              action={words.t('remove')}
              opener={words.t('passphraseRemove')}
              question={words.t('passphraseRemoveQuestion')}
              run={removePassphrase}
            />
          </div>
        ))}
    </Section>
  )
}

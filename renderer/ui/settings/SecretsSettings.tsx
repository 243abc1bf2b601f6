/** How passwords are stored on this computer, and the passphrase if there is no keyring. */
import { useState } from 'preact/hooks'
import type { SecretsView } from '../../../common/protocol/window-state.ts'
import { Confirm } from '../controls/Confirm.tsx'
import { useDesktop, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { SetPassphrase, Unlock } from './PassphraseForms.tsx'
import { DangerZone, Section } from './setting-fields.tsx'

const focusStorage = (): void => document.querySelector<HTMLElement>('#secret-storage')?.focus()

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
      {storage === 'memory' && <SetPassphrase changes={false} onDone={focusStorage} />}
      {storage === 'passphrase' &&
        (changing ? (
          <SetPassphrase
            changes
            onDone={() => {
              setChanging(false)
              focusStorage()
            }}
          />
        ) : (
          <>
            <Button text={words.t('passphraseChange')} onClick={() => setChanging(true)} />
            <DangerZone>
              <Confirm
                action={words.t('remove')}
                opener={words.t('passphraseRemove')}
                question={words.t('passphraseRemoveQuestion')}
                run={removePassphrase}
              />
            </DangerZone>
          </>
        ))}
    </Section>
  )
}

/** Forms to enter the passphrase, and to set one. */
import { useState } from 'preact/hooks'
import { EMPTY_PASSPHRASE, passphraseErrors } from '../../view/forms/passphrase-draft.ts'
import { useDesktop, useUi } from '../controls/context.ts'
import { Confirm } from '../controls/Confirm.tsx'
import { settingsButton } from '../controls/use-focus-exit.ts'
import { TextField } from '../controls/fields.tsx'
import { Form } from '../controls/Form.tsx'

/** Shown first wherever accounts wait for the passphrase. */
export function Unlock() {
  const { words } = useUi()
  const { unlock, resetSecrets } = useDesktop()
  const [passphrase, setPassphrase] = useState('')
  return (
    <section class="locked card panel" aria-labelledby="locked">
      <h2 class="title" id="locked">
        {words.t('secretsLocked')}
      </h2>
      <p>{words.t('secretsLockedHelp')}</p>
      <Form
        submit={words.t('unlock')}
        submitting={words.t('unlocking')}
        errors={{ passphrase: passphrase === '' && 'needPassphrase' }}
        send={() => unlock(passphrase)}
        onDone={() => settingsButton()?.focus()}
      >
        {(field) => (
          <TextField
            {...field('passphrase')}
            label={words.t('passphrase')}
            type="password"
            autocomplete="current-password"
            maxLength={1000}
            value={passphrase}
            onText={setPassphrase}
          />
        )}
      </Form>
      <Confirm
        action={words.t('startOver')}
        opener={words.t('passphraseForgot')}
        question={words.t('passphraseForgotQuestion')}
        run={resetSecrets}
      />
    </section>
  )
}

const FIELDS = ['current', 'passphrase', 'repeated'] as const
const LABELS = { current: 'currentPassphrase', passphrase: 'newPassphrase', repeated: 'repeatPassphrase' } as const

export function SetPassphrase({ changes, onDone }: { readonly changes: boolean; readonly onDone: () => void }) {
  const { words } = useUi()
  const { setPassphrase } = useDesktop()
  const [draft, setDraft] = useState(EMPTY_PASSPHRASE)
  return (
    <Form
      submit={words.t(changes ? 'passphraseChange' : 'passphraseSet')}
      submitting={words.t('passphraseSetting')}
      errors={passphraseErrors(draft, changes)}
      send={() => setPassphrase({ passphrase: draft.passphrase, current: draft.current })}
      onDone={onDone}
    >
      {(field) =>
        FIELDS.filter((name) => changes || name !== 'current').map((name) => (
          <TextField
            key={name}
            {...field(name)}
            label={words.t(LABELS[name])}
            type="password"
            autocomplete={name === 'current' ? 'current-password' : 'new-password'}
            maxLength={1000}
            value={draft[name]}
            onText={(text) => setDraft({ ...draft, [name]: text })}
          />
        ))
      }
    </Form>
  )
}

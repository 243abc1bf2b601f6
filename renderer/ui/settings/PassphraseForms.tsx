/** Typing the passphrase, and setting one. */
import { useState } from 'preact/hooks'
import { EMPTY_PASSPHRASE, type PassphraseDraft, passphraseError } from '../../view/passphrase-draft.ts'
import { Confirm } from '../controls/Confirm.tsx'
import { useDesktop, useUi } from '../context.ts'
import { Field, Form } from '../controls/Form.tsx'

/** Where a passphrase is needed before anything can be counted. */
export function Unlock() {
  const { words } = useUi()
  const { unlock, resetSecrets } = useDesktop()
  const [typed, setTyped] = useState('')
  return (
    <section class="locked card panel" aria-labelledby="locked">
      <h2 class="title" id="locked">
        {words.t('secretsLocked')}
      </h2>
      <p>{words.t('secretsLockedHelp')}</p>
      <Form
        submit={words.t('unlock')}
        submitting={words.t('unlocking')}
        fields={['passphrase']}
        faultAt={() => (typed === '' ? words.t('needPassphrase') : undefined)}
        start={() => (typed === '' ? null : unlock(typed))}
        onDone={() => document.querySelector<HTMLElement>('#open-settings')?.focus()}
      >
        {(errorAt) => (
          <Password name="passphrase" label={words.t('passphrase')} value={typed} error={errorAt('passphrase')} onType={setTyped} present />
        )}
      </Form>
      <Confirm
        label={words.t('passphraseForgot')}
        action={words.t('startOver')}
        opens={words.t('passphraseForgot')}
        question={words.t('passphraseForgotQuestion')}
        run={resetSecrets}
      />
    </section>
  )
}

const FIELDS = ['current', 'passphrase', 'repeated'] as const

export function SetPassphrase({ changes, onDone }: { readonly changes: boolean; readonly onDone: () => void }) {
  const { words } = useUi()
  const { setPassphrase } = useDesktop()
  const [draft, setDraft] = useState(EMPTY_PASSPHRASE)
  const fields = FIELDS.filter((name) => changes || name !== 'current')
  const faultAt = (name: keyof PassphraseDraft): string | undefined => {
    const fault = passphraseError(draft, name, changes)
    return fault && words.t(fault)
  }
  const labels = { current: words.t('currentPassphrase'), passphrase: words.t('newPassphrase'), repeated: words.t('repeatPassphrase') }
  return (
    <Form
      submit={words.t(changes ? 'passphraseChange' : 'passphraseSet')}
      submitting={words.t('passphraseSetting')}
      fields={fields}
      faultAt={faultAt}
      start={() => (fields.some(faultAt) ? null : setPassphrase({ passphrase: draft.passphrase, current: draft.current }))}
      onDone={onDone}
    >
      {(errorAt) =>
        fields.map((name) => (
          <Password
            key={name}
            name={name}
            label={labels[name]}
            value={draft[name]}
            error={errorAt(name)}
            onType={(value) => setDraft({ ...draft, [name]: value })}
            present={name === 'current'}
          />
        ))
      }
    </Form>
  )
}

interface PasswordProps {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly error: string | undefined
  readonly onType: (value: string) => void
  /** It is one that exists, not one that is being made up. */
  readonly present: boolean
}

function Password({ name, label, value, error, onType, present }: PasswordProps) {
  return (
    <Field name={name} label={label} error={error}>
      {(control) => (
        <input
          {...control}
          type="password"
          autoComplete={present ? 'current-password' : 'new-password'}
          maxLength={1000}
          value={value}
          onInput={(event) => onType(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

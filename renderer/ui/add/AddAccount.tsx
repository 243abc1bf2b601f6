/** The way to a mail account: the address, and then what was found for it. What was typed is kept by the window. */
import type { TryStep } from '../../../common/protocol/discovery.ts'
import { type AccountDraft, byHand, EMPTY_ACCOUNT, isAddress } from '../../view/account-draft.ts'
import { useDesktop, useUi } from '../context.ts'
import { Field, Form } from '../controls/Form.tsx'
import { SetUpAccount } from './SetUpAccount.tsx'

interface AddAccountProps {
  readonly draft: AccountDraft
  /** The step of the try that is under way. */
  readonly trying: TryStep | null
  readonly onDraft: (draft: AccountDraft) => void
  readonly onDone: () => void
}

export function AddAccount({ draft, trying, onDraft, onDone }: AddAccountProps) {
  return draft.found ? (
    <SetUpAccount draft={draft} trying={trying} onDraft={onDraft} onDone={onDone} />
  ) : (
    <FindMailbox address={draft.address} onDraft={onDraft} />
  )
}

const FIELDS = ['account'] as const

function FindMailbox({ address, onDraft }: { readonly address: string; readonly onDraft: (draft: AccountDraft) => void }) {
  const { words } = useUi()
  const desktop = useDesktop()
  const change = (text: string): void => onDraft({ ...EMPTY_ACCOUNT, address: text })
  async function find() {
    const outcome = await desktop.findMailbox(address.trim())
    if (outcome.ok) onDraft({ ...EMPTY_ACCOUNT, address, found: outcome.discovery })
    return outcome
  }
  return (
    <>
      <Form
        submit={words.t('continue')}
        submitting={words.t('finding')}
        fields={FIELDS}
        faultAt={() => (isAddress(address) ? undefined : words.t('needAddress'))}
        start={() => (isAddress(address) ? find() : null)}
        onDone={() => undefined}
      >
        {(errorAt) => (
          <Field name="account" label={words.t('address')} error={errorAt('account')} help={words.t('addAccountIntro')}>
            {(control) => (
              <input
                {...control}
                type="email"
                autocomplete="email"
                spellcheck={false}
                value={address}
                onInput={(event) => change(event.currentTarget.value)}
              />
            )}
          </Field>
        )}
      </Form>
      {isAddress(address) && (
        <p class="instead">
          <button type="button" class="quiet" onClick={() => onDraft(byHand(address))}>
            {words.t('enterManually')}
          </button>
        </p>
      )}
    </>
  )
}

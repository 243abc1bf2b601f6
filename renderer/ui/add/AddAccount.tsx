/** Adding an account: the address first, then the setup of what was found for it. The window stores the draft. */
import { type AccountDraft, byHand, EMPTY_ACCOUNT, isAddress } from '../../view/forms/account-draft.ts'
import { useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { TextField } from '../controls/fields.tsx'
import { Form } from '../controls/Form.tsx'
import { KnownAccounts } from './KnownAccounts.tsx'
import { type AccountViewProps, SetUpAccount } from './SetUpAccount.tsx'

interface AddAccountProps extends AccountViewProps {
  /** Accounts that this app has already. */
  readonly managed: readonly string[]
}

export const AddAccount = ({ managed, ...props }: AddAccountProps) =>
  props.draft.found ? <SetUpAccount {...props} /> : <FindMailbox address={props.draft.address} managed={managed} onDraft={props.onDraft} />

function FindMailbox({ address, managed, onDraft }: Pick<AddAccountProps, 'managed' | 'onDraft'> & Pick<AccountDraft, 'address'>) {
  const { words, bridge } = useUi()
  const isValid = isAddress(address)
  async function find() {
    const outcome = await bridge.findMailbox(address.trim())
    if (outcome.ok) onDraft({ ...EMPTY_ACCOUNT, address, found: outcome.discovery })
    return outcome
  }
  return (
    <>
      <Form
        submit={words.t('continue')}
        submitting={words.t('finding')}
        errors={{ account: !isValid && 'needAddress' }}
        send={find}
        onDone={() => undefined}
      >
        {(field) => (
          <TextField
            {...field('account')}
            label={words.t('address')}
            help={words.t('addAccountIntro')}
            type="email"
            autocomplete="email"
            value={address}
            onText={(text) => onDraft({ ...EMPTY_ACCOUNT, address: text })}
          />
        )}
      </Form>
      {isValid && (
        <p class="alternative">
          <Button text={words.t('enterManually')} class="text-button" onClick={() => onDraft(byHand(address))} />
        </p>
      )}
      {bridge.desktop && <KnownAccounts managed={managed} onDraft={onDraft} />}
    </>
  )
}

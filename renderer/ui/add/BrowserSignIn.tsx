/** Signing in with the browser, by a client that the person has registered; and the wait for it. */
import { type AccountDraft, type AccountField, type FilledDraft, knowsSecret, takesTyped } from '../../view/account-draft.ts'
import { settle, useDesktop, useUi } from '../context.ts'
import { Field } from '../controls/Form.tsx'
import { LinkIcon } from '../controls/icons.tsx'

interface BrowserSignInProps {
  readonly draft: AccountDraft
  readonly filled: FilledDraft
  readonly errorAt: (name: AccountField) => string | undefined
  readonly onChange: (part: Partial<AccountDraft>) => void
}

export function BrowserSignIn({ draft, filled, errorAt, onChange }: BrowserSignInProps) {
  const { words } = useUi()
  const desktop = useDesktop()
  const clientUrl = filled.provider?.clientUrl
  return (
    <>
      {takesTyped(filled.candidate) && (
        <Field name="byBrowser" label={words.t('byBrowser')} class="check">
          {(control) => (
            <input
              {...control}
              type="checkbox"
              checked={draft.byBrowser}
              onChange={(event) => onChange({ byBrowser: event.currentTarget.checked })}
            />
          )}
        </Field>
      )}
      {filled.byBrowser && (
        <>
          <p class="help" id="client-why">
            {words.t('clientWhy')}
          </p>
          {clientUrl !== undefined && (
            <button
              type="button"
              class="quiet link-out"
              aria-describedby="client-why"
              onClick={() => void settle(desktop.openLink(clientUrl))}
            >
              <LinkIcon />
              {words.t('registerClient')}
            </button>
          )}
          <Field name="clientId" label={words.t('clientId')} error={errorAt('clientId')}>
            {(control) => (
              <input
                {...control}
                type="text"
                autocomplete="off"
                spellcheck={false}
                value={draft.clientId}
                onInput={(event) => onChange({ clientId: event.currentTarget.value })}
              />
            )}
          </Field>
          {filled.browser === 'google' && (
            <Field
              name="clientSecret"
              label={words.t('clientSecret')}
              error={errorAt('clientSecret')}
              help={knowsSecret(draft) ? words.t('secretIsKnown') : undefined}
            >
              {(control) => (
                <input
                  {...control}
                  type="password"
                  autocomplete="off"
                  value={draft.clientSecret}
                  onInput={(event) => onChange({ clientSecret: event.currentTarget.value })}
                />
              )}
            </Field>
          )}
        </>
      )}
    </>
  )
}

export function BrowserWait() {
  const { words } = useUi()
  const desktop = useDesktop()
  return (
    <div class="instead">
      <p role="status">{words.t('signInWaiting')}</p>
      <button type="button" class="button" onClick={() => void settle(desktop.cancelSignIn())}>
        {words.t('cancel')}
      </button>
    </div>
  )
}

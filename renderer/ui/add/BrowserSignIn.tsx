/** The browser sign-in through a client that the user has registered. */
import { knowsSecret, takesTyped } from '../../view/forms/account-draft.ts'
import { useUi } from '../controls/context.ts'
import { Checkbox, TextField } from '../controls/fields.tsx'
import { LinkButton } from '../controls/WebLink.tsx'
import type { DraftProps } from './ServerFields.tsx'

export function BrowserSignIn({ draft, filled, field, onChange }: DraftProps) {
  const { words } = useUi()
  const clientUrl = filled.provider?.clientUrl
  return (
    <>
      {takesTyped(filled.candidate) && (
        <Checkbox
          {...field('byBrowser')}
          label={words.t('byBrowser')}
          checked={draft.byBrowser}
          onCheck={(byBrowser) => onChange({ byBrowser })}
        />
      )}
      {filled.byBrowser && (
        <>
          <p class="help" id="client-why">
            {words.t('clientWhy')}
          </p>
          {clientUrl !== undefined && <LinkButton url={clientUrl} label={words.t('registerClient')} describedBy="client-why" />}
          <TextField
            {...field('clientId')}
            label={words.t('clientId')}
            value={draft.clientId}
            onText={(clientId) => onChange({ clientId })}
          />
          {filled.browser === 'google' && (
            <TextField
              {...field('clientSecret')}
              label={words.t('clientSecret')}
              help={knowsSecret(draft) ? words.t('secretIsKnown') : undefined}
              type="password"
              value={draft.clientSecret}
              onText={(clientSecret) => onChange({ clientSecret })}
            />
          )}
        </>
      )}
    </>
  )
}

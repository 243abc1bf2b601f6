/** What a person can choose. Every choice holds at once. */
import { useState } from 'preact/hooks'
import type { Outcome, Preferences, WindowState } from '../../main/ipc.ts'
import { settle, useSurroundings } from './context.ts'
import { Field } from './Form.tsx'
import { KeptList } from './KeptList.tsx'
import { OutcomeWords } from './OutcomeWords.tsx'

export function Settings({ state, onDone }: { readonly state: WindowState; readonly onDone: () => void }) {
  const { words, bridge } = useSurroundings()
  const [failed, setFailed] = useState<Outcome | null>(null)
  const { preferences } = state
  const choose = async (change: Partial<Preferences>): Promise<void> => {
    const outcome = await settle(bridge.setPreferences(change))
    setFailed(outcome.ok ? null : outcome)
  }
  const blocked = failed !== null && !failed.ok && failed.field === 'notifications'
  const [only] = state.servers
  const signedIn = !state.desktop && only !== undefined && only.link.phase !== 'signed-out' ? only : null
  return (
    <div class="settings">
      <Field name="language" label={words.t('language')}>
        {(control) => (
          <select
            {...control}
            value={preferences.language}
            onChange={(event) => void choose({ language: event.currentTarget.value as Preferences['language'] })}
          >
            <option value="system">{words.t('asSystem')}</option>
            <option value="en" lang="en">
              English
            </option>
            <option value="ko" lang="ko">
              한국어
            </option>
          </select>
        )}
      </Field>
      <Field name="theme" label={words.t('theme')}>
        {(control) => (
          <select
            {...control}
            value={preferences.theme}
            onChange={(event) => void choose({ theme: event.currentTarget.value as Preferences['theme'] })}
          >
            <option value="system">{words.t('asSystem')}</option>
            <option value="light">{words.t('themeLight')}</option>
            <option value="dark">{words.t('themeDark')}</option>
          </select>
        )}
      </Field>
      <div class="field check">
        <input
          id="field-notifications"
          type="checkbox"
          aria-describedby="field-notifications-help"
          checked={preferences.notifications}
          onChange={(event) => {
            const wanted = event.currentTarget.checked
            // The box shows what holds, which is what the answer will say.
            event.currentTarget.checked = preferences.notifications
            void choose({ notifications: wanted })
          }}
        />
        <label for="field-notifications">{words.t('notifications')}</label>
        <p id="field-notifications-help" class="help">
          {words.t('notificationsHelp')}
        </p>
        {blocked && (
          <p class="field-error" role="alert">
            {words.t('notificationsBlocked')}
          </p>
        )}
      </div>
      {failed && !blocked && <OutcomeWords outcome={failed} />}
      {state.desktop && <KeptList desktop={state.desktop} servers={state.servers} />}
      {signedIn && (
        <button type="button" class="button" onClick={() => void settle(bridge.disconnectServer(signedIn.id)).then(onDone)}>
          {words.t('signOut')}
        </button>
      )}
      {state.version && <p class="version">{words.t('version', { version: state.version })}</p>}
    </div>
  )
}

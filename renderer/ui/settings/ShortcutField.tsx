/** Records a shortcut from the keys themselves. It works by keyboard alone: Enter starts, Escape cancels. */
import { useRef, useState } from 'preact/hooks'
import type { DesktopState } from '../../../common/protocol/window-state.ts'
import { acceleratorOf, shownShortcut } from '../../view/shortcut.ts'
import { useDesktop, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { useOutcome } from '../controls/use-request.ts'

const MODIFIERS = new Set(['Control', 'Alt', 'AltGraph', 'Shift', 'Meta', 'OS'])

export function ShortcutField({ desktop: { settings, platform } }: { readonly desktop: DesktopState }) {
  const { shortcut } = settings
  const { words } = useUi()
  const { updateDesktopSettings } = useDesktop()
  const { error, track } = useOutcome()
  const save = (next: string | null): void => void track(updateDesktopSettings({ shortcut: next }))
  const [recording, setRecording] = useState(false)
  const [rejected, setRejected] = useState(false)
  const recorder = useRef<HTMLButtonElement>(null)

  const record = (event: KeyboardEvent): void => {
    // Tab moves the focus as everywhere, and is never part of a shortcut.
    if (!recording || event.key === 'Tab' || event.isComposing) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return setRecording(false)
    if (MODIFIERS.has(event.key)) return
    const accelerator = acceleratorOf(event, platform)
    setRejected(accelerator === null)
    if (accelerator === null) return
    setRecording(false)
    save(accelerator)
  }

  return (
    <div class="field shortcut" role="group" aria-labelledby="shortcut-label">
      <p id="shortcut-label" class="label">
        {words.t('shortcut')}
      </p>
      <div class="field-row">
        <output aria-live="polite">
          {recording
            ? words.t(rejected ? 'shortcutNeeds' : 'shortcutPress')
            : shortcut === null
              ? words.t('none')
              : shownShortcut(shortcut, platform)}
        </output>
        <Button
          text={recording ? words.t('cancel') : words.t(shortcut === null ? 'shortcutRecord' : 'change')}
          buttonRef={recorder}
          aria-pressed={recording}
          onKeyDown={record}
          onBlur={() => setRecording(false)}
          onClick={() => {
            setRejected(false)
            setRecording(!recording)
          }}
        />
        {shortcut !== null && !recording && (
          <Button
            text={words.t('remove')}
            class="text-button"
            label={words.t('shortcutRemove')}
            onClick={() => {
              recorder.current?.focus()
              save(null)
            }}
          />
        )}
      </div>
      <ErrorMessage error={error} />
      {platform === 'linux' && <p class="help">{words.t('shortcutWayland')}</p>}
    </div>
  )
}

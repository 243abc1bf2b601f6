/** Records a shortcut from the keys themselves; by keyboard alone as well: Enter begins, Escape leaves it. */
import { useRef, useState } from 'preact/hooks'
import { acceleratorOf, shownShortcut } from '../../view/shortcut.ts'
import { useUi } from '../context.ts'
import type { SettingsForm } from './use-settings.ts'
import { Failure } from './Failure.tsx'

interface ShortcutFieldProps {
  readonly shortcut: string | null
  readonly platform: string
  readonly choosing: SettingsForm
}

const MODIFIERS = new Set(['Control', 'Alt', 'AltGraph', 'Shift', 'Meta', 'OS'])

export function ShortcutField({ shortcut, platform, choosing: { choose, failure } }: ShortcutFieldProps) {
  const { words } = useUi()
  const [recording, setRecording] = useState(false)
  const [refused, setRefused] = useState(false)
  const recorder = useRef<HTMLButtonElement>(null)

  const record = (event: KeyboardEvent): void => {
    // Tab goes on, as everywhere; it takes no part in a shortcut.
    if (!recording || event.key === 'Tab' || event.isComposing) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return setRecording(false)
    if (MODIFIERS.has(event.key)) return
    const accelerator = acceleratorOf(event, platform)
    setRefused(accelerator === null)
    if (accelerator === null) return
    setRecording(false)
    void choose({ shortcut: accelerator })
  }

  return (
    <div class="field shortcut" role="group" aria-labelledby="shortcut-label">
      <p id="shortcut-label" class="label">
        {words.t('shortcut')}
      </p>
      <div class="beside">
        <output aria-live="polite">
          {recording
            ? words.t(refused ? 'shortcutNeeds' : 'shortcutPress')
            : shortcut === null
              ? words.t('none')
              : shownShortcut(shortcut, platform)}
        </output>
        <button
          type="button"
          class="button"
          ref={recorder}
          aria-pressed={recording}
          onKeyDown={record}
          onBlur={() => setRecording(false)}
          onClick={() => {
            setRefused(false)
            setRecording(!recording)
          }}
        >
          {recording ? words.t('cancel') : words.t(shortcut === null ? 'shortcutRecord' : 'change')}
        </button>
        {shortcut !== null && !recording && (
          <button
            type="button"
            class="quiet"
            aria-label={words.t('shortcutRemove')}
            onClick={() => {
              recorder.current?.focus()
              void choose({ shortcut: null })
            }}
          >
            {words.t('remove')}
          </button>
        )}
      </div>
      <Failure outcome={failure('shortcut')} />
      {platform === 'linux' && <p class="help">{words.t('shortcutWayland')}</p>}
    </div>
  )
}

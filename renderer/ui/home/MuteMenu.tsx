/** Mutes all notifications, or ends that. The menu covers what is below it, so that nothing moves. */
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { MUTE_CHOICES, muteOfAll } from '../../../common/model/mutes.ts'
import type { MuteUntil } from '../../../common/protocol/settings.ts'
import type { DesktopState } from '../../../common/protocol/window-state.ts'
import { MuteText } from '../accounts/Muted.tsx'
import { Button, IconButton } from '../controls/Button.tsx'
import { outcomeOf, useDesktop, useUi } from '../controls/context.ts'
import { BellIcon, MutedIcon } from '../controls/icons.tsx'
import './MuteMenu.css'

export function MuteMenu({ desktop: { settings } }: { readonly desktop: DesktopState }) {
  const { words } = useUi()
  const { mute } = useDesktop()
  const menu = useId()
  const opener = useRef<HTMLButtonElement>(null)
  const first = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  const muted = muteOfAll(settings.muted)

  useLayoutEffect(() => {
    if (isOpen) first.current?.focus()
  }, [isOpen])

  function close(): void {
    opener.current?.focus()
    setOpen(false)
  }
  function choose(until: MuteUntil): void {
    void outcomeOf(mute({ scope: null, until }))
    close()
  }
  return (
    <div
      class="mute-menu"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return
        event.preventDefault()
        close()
      }}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOpen(false)
      }}
    >
      <IconButton
        label={words.t('muteAll')}
        buttonRef={opener}
        aria-expanded={isOpen}
        aria-controls={isOpen ? menu : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {muted ? <MutedIcon /> : <BellIcon />}
      </IconButton>
      {isOpen && (
        <div class="mute-choices panel" id={menu} role="group" aria-label={words.t('muteAll')}>
          {muted ? (
            <>
              <p>
                <MuteText mute={muted} of={null} />
              </p>
              <Button text={words.t('unmute')} buttonRef={first} onClick={() => choose('off')} />
            </>
          ) : (
            <>
              <p>{words.t('muteAll')}</p>
              {MUTE_CHOICES.map(([until, key], index) => (
                <Button key={key} text={words.t(key)} buttonRef={index === 0 ? first : null} onClick={() => choose(until)} />
              ))}
            </>
          )}
        </div>
      )}
    </div>
  )
}

/** One of several ways to go on: its name with an arrow, and what it is for; or the primary one, as a button. */
import type { ComponentProps } from 'preact'
import { useId } from 'preact/hooks'
import { Breakable } from './Breakable.tsx'
import { Button } from './Button.tsx'
import { NextIcon } from './icons.tsx'
import './Choice.css'

interface ChoiceProps extends ComponentProps<typeof Button> {
  readonly help?: string
  readonly isPrimary?: boolean
}

export function Choice({ help, isPrimary = false, ...button }: ChoiceProps) {
  const helpId = useId()
  return (
    <li>
      <Button
        {...button}
        class={isPrimary ? 'button primary' : 'choice'}
        icon={!isPrimary && <NextIcon />}
        aria-describedby={help && helpId}
      />
      {help && (
        <p class="help" id={helpId}>
          <Breakable text={help} />
        </p>
      )}
    </li>
  )
}

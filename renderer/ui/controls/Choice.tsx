/** One of several ways to go on: its name with an arrow, and what it is for; or the primary one, as a button. */
import type { ComponentProps } from 'preact'
import { Button } from './Button.tsx'
import { NextIcon } from './icons.tsx'
import './Choice.css'

interface ChoiceProps extends ComponentProps<typeof Button> {
  readonly help?: string
  readonly isPrimary?: boolean
}

export const Choice = ({ help, isPrimary = false, ...button }: ChoiceProps) => (
  <li>
    <Button
      {...button}
      class={isPrimary ? 'button primary' : 'choice'}
      icon={!isPrimary && <NextIcon />}
      aria-describedby={help && `${button.id}-help`}
    />
    {help && (
      <p class="help" id={`${button.id}-help`}>
        {help}
      </p>
    )}
  </li>
)

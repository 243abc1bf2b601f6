/** Buttons with a text, or with an icon and a label. */
import type { ButtonHTMLAttributes, ComponentChildren, Ref } from 'preact'
import './Button.css'

interface Attributes extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'class' | 'aria-label' | 'title'> {
  readonly buttonRef?: Ref<HTMLButtonElement>
}

interface ButtonProps extends Attributes {
  readonly text: ComponentChildren
  readonly type?: 'button' | 'submit'
  /** The look; `button` unless given. */
  readonly class?: string
  readonly icon?: ComponentChildren
  /** The name for screen readers, if the text alone is not clear. */
  readonly label?: string
  readonly title?: string
  /** Why it can't be pressed now. */
  readonly reason?: string | null
}

export const Button = ({
  text,
  type = 'button',
  class: look = 'button',
  icon,
  label,
  reason = null,
  title,
  buttonRef = null,
  onClick,
  ...attributes
}: ButtonProps) => (
  <button
    type={type}
    class={look}
    ref={buttonRef}
    aria-label={label}
    title={reason ?? title}
    {...attributes}
    {...(reason !== null && { 'aria-disabled': true })}
    onClick={reason === null ? onClick : undefined}
  >
    {icon}
    {text}
  </button>
)

interface IconButtonProps extends Attributes {
  readonly label: string
  /** The tooltip; the label unless given. */
  readonly title?: string
  readonly small?: boolean
}

export const IconButton = ({ label, title = label, small = false, buttonRef = null, ...attributes }: IconButtonProps) => (
  <button
    type="button"
    class={small ? 'icon-button small' : 'icon-button'}
    ref={buttonRef}
    aria-label={label}
    title={title}
    {...attributes}
  />
)

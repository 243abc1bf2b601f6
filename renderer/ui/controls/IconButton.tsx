import type { ButtonHTMLAttributes, Ref } from 'preact'
import './Button.css'

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'class' | 'aria-label' | 'label' | 'title'> {
  readonly label: string
  /** The tooltip; the label unless given. */
  readonly title?: string
  readonly small?: boolean
  readonly buttonRef?: Ref<HTMLButtonElement>
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

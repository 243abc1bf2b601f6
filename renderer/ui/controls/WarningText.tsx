/** The line of what is wrong with something: its text behind a triangle. */
import { WarningIcon } from './icons.tsx'

export function WarningText({ text }: { readonly text: string | undefined }) {
  return (
    <>
      <WarningIcon />
      <span>{text}</span>
    </>
  )
}

/** A text that opens a page of the web, where one is known. The desktop has the system's browser open it; its window goes nowhere. */
import { settle, useSurroundings } from './context.ts'

interface WebLinkProps {
  readonly class: string
  readonly url: string | null
  readonly title?: string
  readonly text: string
}

export function WebLink({ url, text, ...shown }: WebLinkProps) {
  const { desktop } = useSurroundings().bridge
  if (url === null) return <bdi {...shown}>{text}</bdi>
  const open = (event: MouseEvent): void => {
    if (desktop === null) return
    event.preventDefault()
    void settle(desktop.openLink(url))
  }
  return (
    <a {...shown} href={url} target="_blank" rel="noreferrer" onClick={open}>
      <bdi>{text}</bdi>
    </a>
  )
}

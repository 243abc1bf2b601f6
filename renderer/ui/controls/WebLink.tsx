/** A text that opens a page of the web, where one is known. The desktop has the system's browser open it; its window goes nowhere. */
import { settle, useUi } from '../context.ts'

interface WebLinkProps {
  readonly class: string
  readonly url: string | null
  readonly title?: string
  readonly text: string
}

export function WebLink({ url, text, ...shown }: WebLinkProps) {
  const { desktop } = useUi().bridge
  if (url === null) return <bdi {...shown}>{text}</bdi>
  return <Link {...shown} text={text} href={url} onOpen={desktop && (() => void settle(desktop.openLink(url)))} />
}

interface LinkProps extends Omit<WebLinkProps, 'url'> {
  readonly href: string
  /** Null where the browser follows it by itself. */
  readonly onOpen: (() => void) | null
}

export function Link({ href, onOpen, text, ...shown }: LinkProps) {
  const open = (event: MouseEvent): void => {
    if (onOpen === null) return
    event.preventDefault()
    onOpen()
  }
  return (
    <a {...shown} href={href} target="_blank" rel="noreferrer" onClick={open}>
      <bdi>{text}</bdi>
    </a>
  )
}

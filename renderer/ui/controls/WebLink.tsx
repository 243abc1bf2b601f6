/** Links to pages of the web. The desktop app opens them in the system's browser, because its window never navigates. */
import { outcomeOf, useUi } from './context.ts'
import { Button } from './Button.tsx'
import { LinkIcon } from './icons.tsx'

interface WebLinkProps {
  readonly class: string
  readonly url: string | null
  readonly title?: string
  readonly text: string
}

/** Plain text if there is no URL. */
export function WebLink({ url, text, ...shown }: WebLinkProps) {
  const { desktop } = useUi().bridge
  if (url === null) return <bdi {...shown}>{text}</bdi>
  return <Link {...shown} text={text} href={url} onOpen={desktop && (() => void outcomeOf(desktop.openUrl(url)))} />
}

interface LinkProps extends Omit<WebLinkProps, 'url'> {
  readonly href: string
  /** Null if the browser follows the link itself. */
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

interface LinkButtonProps {
  readonly url: string
  readonly label: string
  readonly describedBy: string
}

export function LinkButton({ url, label, describedBy }: LinkButtonProps) {
  const { desktop } = useUi().bridge
  if (desktop === null)
    return (
      <a class="text-button external-link" href={url} target="_blank" rel="noreferrer" aria-describedby={describedBy}>
        <LinkIcon />
        {label}
      </a>
    )
  return (
    <Button
      text={label}
      icon={<LinkIcon />}
      class="text-button external-link"
      aria-describedby={describedBy}
      onClick={() => void outcomeOf(desktop.openUrl(url))}
    />
  )
}

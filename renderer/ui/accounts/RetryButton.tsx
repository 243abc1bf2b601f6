/** Checks an account with an error at once. */
import { useState } from 'preact/hooks'
import type { Account } from '../../../common/protocol/wire.ts'
import { Button, IconButton } from '../controls/Button.tsx'
import { useUi } from '../controls/context.ts'
import { RefreshIcon } from '../controls/icons.tsx'
import { useToastedRequest } from '../layers/Toaster.tsx'
import { useRequest } from '../controls/use-request.ts'

interface RetryButtonProps {
  readonly account: Account
  readonly name: string
  /** A button with a text, where there is room for it. */
  readonly hasText?: boolean
}

export function RetryButton({ account: { id, error }, name, hasText = false }: RetryButtonProps) {
  const { words, bridge } = useUi()
  const { busy, run } = useRequest()
  const request = useToastedRequest()
  const [tries, setTries] = useState(0)
  const retry = async (): Promise<void> => {
    if (await run(() => request(bridge.retryAccount(id)))) setTries((count) => count + 1)
  }
  return (
    <span class="retry">
      {hasText ? (
        <Button text={words.t(busy ? 'checking' : 'retry')} aria-disabled={busy} onClick={() => void retry()} />
      ) : (
        <IconButton
          label={busy ? words.t('checking') : words.t('retryName', { account: name })}
          aria-busy={busy}
          aria-disabled={busy}
          onClick={() => void retry()}
        >
          <RefreshIcon />
        </IconButton>
      )}
      {/* The button is there only while there is an error. */}
      <span class="visually-hidden" role="status">
        {!busy && tries > 0 && words.t(`accountError.${error?.code ?? 'config'}`)}
      </span>
    </span>
  )
}

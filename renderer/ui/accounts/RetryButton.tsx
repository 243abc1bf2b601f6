/** Checks an account with an error at once. */
import { useState } from 'preact/hooks'
import type { Account } from '../../../common/protocol/wire.ts'
import { plain } from '../../../common/model/text.ts'
import { Button } from '../controls/Button.tsx'
import { useUi } from '../controls/context.ts'
import { useRequest } from '../controls/use-request.ts'

export function RetryButton({ account: { id, error } }: { readonly account: Account }) {
  const { words, bridge } = useUi()
  const { busy, run } = useRequest()
  const [tries, setTries] = useState(0)
  const retry = async (): Promise<void> => {
    await run(() => bridge.retryAccount(id))
    setTries((count) => count + 1)
  }
  return (
    <>
      <Button
        text={words.t(busy ? 'checking' : 'retry')}
        {...(!busy && { label: words.t('retryName', { account: plain(id) }) })}
        class="button retry"
        aria-disabled={busy}
        onClick={() => void retry()}
      />
      {/* The button is there only while there is an error. */}
      <span class="visually-hidden" role="status">
        {!busy && tries > 0 && words.t(`accountError.${error?.code ?? 'config'}`)}
      </span>
    </>
  )
}

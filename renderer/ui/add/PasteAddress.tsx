/** The field for the address at which the browser ended after a sign-in, where that cannot reach the server. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { BrowserRequests } from '../../../common/protocol/bridge.ts'
import { Button } from '../controls/Button.tsx'
import { useUi } from '../controls/context.ts'
import { TextField } from '../controls/fields.tsx'
import { useRequest } from '../controls/use-request.ts'

interface PasteAddressProps {
  readonly page: BrowserRequests
  /** It was asked for, by a button whose place it takes. */
  readonly startsFocused?: boolean
}

/** Stands in the form of the account, so it is no form of its own. */
export function PasteAddress({ page, startsFocused = false }: PasteAddressProps) {
  const { words } = useUi()
  const input = useRef<HTMLInputElement>(null)
  const [address, setAddress] = useState('')
  const { busy, error, run, clearError } = useRequest()
  useLayoutEffect(() => {
    if (startsFocused) input.current?.focus()
  }, [startsFocused])
  useLayoutEffect(() => {
    if (error) input.current?.focus()
  }, [error])

  async function send(): Promise<void> {
    const isEmpty = address.trim() === ''
    await run(async () => (isEmpty ? { ok: false, code: 'wrong-address' } : await page.sendRedirectAddress(address)))
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.isComposing || event.target !== input.current) return
    event.preventDefault()
    void send()
  }

  return (
    <div class="paste-address" onKeyDown={onKeyDown}>
      <TextField
        name="redirect"
        label={words.t('redirectAddress')}
        error={error ? words.error(error) : undefined}
        autocapitalize="none"
        inputMode="url"
        value={address}
        inputRef={input}
        onText={(text) => {
          clearError()
          setAddress(text)
        }}
      />
      <Button text={words.t('continue')} aria-disabled={busy} onClick={() => void send()} />
    </div>
  )
}

/** Senders whose messages are notified even while muted. */
import { useRef, useState } from 'preact/hooks'
import { plain } from '../../../../common/model/text.ts'
import { vipOf } from '../../../../common/model/silence/vips.ts'
import { useUi } from '../../controls/context.ts'
import { Breakable } from '../../controls/Breakable.tsx'
import { Button } from '../../controls/Button.tsx'
import { ErrorMessage } from '../../controls/ErrorMessage.tsx'
import { TextField } from '../../controls/fields.tsx'
import { useOutcome } from '../../controls/use-request.ts'

export function VipList({ vips }: { readonly vips: readonly string[] }) {
  const { words, bridge } = useUi()
  const { error, track } = useOutcome()
  const [typed, setTyped] = useState('')
  const [typedError, setTypedError] = useState<'needVip' | 'vipExists' | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const save = (next: string[]) => track(bridge.updateReaderSettings({ vips: next }))

  const add = async (): Promise<void> => {
    const sender = vipOf(typed)
    const found = sender === null ? 'needVip' : vips.includes(sender) ? 'vipExists' : null
    setTypedError(found)
    if (sender !== null && found === null && (await save([...vips, sender]))) setTyped('')
    input.current?.focus()
  }

  return (
    <fieldset>
      <legend>{words.t('vips')}</legend>
      <p class="help">{words.t('vipsHelp')}</p>
      {vips.length > 0 && (
        <ul class="rows">
          {vips.map((sender) => (
            <li key={sender}>
              <Breakable text={plain(sender)} />
              <Button
                text={words.t('remove')}
                class="text-button"
                label={words.t('removeName', { name: plain(sender) })}
                onClick={() => {
                  input.current?.focus()
                  void save(vips.filter((other) => other !== sender))
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <form
        class="field-row"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <TextField
          name="vip"
          label={words.t('vip')}
          error={typedError === null ? undefined : words.t(typedError)}
          inputMode="email"
          inputRef={input}
          value={typed}
          onText={(text) => {
            setTyped(text)
            setTypedError(null)
          }}
        />
        <Button text={words.t('add')} type="submit" />
      </form>
      <ErrorMessage error={error} />
    </fieldset>
  )
}

/** Senders whose mails are told whatever is muted. */
import { useRef, useState } from 'preact/hooks'
import { plain } from '../../../../common/model/text.ts'
import { vipOf } from '../../../../common/model/vips.ts'
import { useUi } from '../../context.ts'
import { Field } from '../../controls/Form.tsx'
import type { SettingsForm } from '../use-settings.ts'
import { Failure } from '../Failure.tsx'

export function VipList({ vips, choosing: { choose, failure } }: { readonly vips: readonly string[]; readonly choosing: SettingsForm }) {
  const { words } = useUi()
  const [typed, setTyped] = useState('')
  const [fault, setFault] = useState<'needVip' | 'vipExists' | null>(null)
  const field = useRef<HTMLInputElement>(null)

  const add = async (): Promise<void> => {
    const sender = vipOf(typed)
    const wrong = sender === null ? 'needVip' : vips.includes(sender) ? 'vipExists' : null
    setFault(wrong)
    if (sender !== null && wrong === null && (await choose({ vips: [...vips, sender] }))) setTyped('')
    field.current?.focus()
  }

  return (
    <fieldset class="vips">
      <legend>{words.t('vips')}</legend>
      <p class="help">{words.t('vipsHelp')}</p>
      {vips.length > 0 && (
        <ul class="rows">
          {vips.map((sender) => (
            <li key={sender}>
              <bdi>{plain(sender)}</bdi>
              <button
                type="button"
                class="quiet"
                aria-label={words.t('removeName', { name: plain(sender) })}
                onClick={() => {
                  field.current?.focus()
                  void choose({ vips: vips.filter((other) => other !== sender) })
                }}
              >
                {words.t('remove')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        class="beside"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <Field name="vip" label={words.t('vip')} error={fault === null ? undefined : words.t(fault)}>
          {(control) => (
            <input
              {...control}
              ref={field}
              type="text"
              inputMode="email"
              autoComplete="off"
              spellcheck={false}
              value={typed}
              onInput={(event) => {
                setTyped(event.currentTarget.value)
                setFault(null)
              }}
            />
          )}
        </Field>
        <button type="submit" class="button">
          {words.t('add')}
        </button>
      </form>
      <Failure outcome={failure('vips')} />
    </fieldset>
  )
}

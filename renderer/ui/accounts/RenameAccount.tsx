/** The form in which the user chooses what an account is called, as a layer at the button that opened it. */
import type { RefObject } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import { LABEL_LENGTH } from '../../../common/protocol/shared-values.ts'
import type { Account } from '../../../common/protocol/wire.ts'
import { TextField } from '../controls/fields.tsx'
import { useUi } from '../controls/context.ts'
import { Form } from '../controls/Form.tsx'
import { Layer } from '../layers/Layer.tsx'

interface RenameAccountProps {
  readonly account: Pick<Account, 'id' | 'label'>
  readonly opener: RefObject<HTMLButtonElement | null>
  readonly onClose: () => void
}

export function RenameAccount({ account: { id, label = '' }, opener, onClose }: RenameAccountProps) {
  const { words, bridge } = useUi()
  const layer = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(label)
  useLayoutEffect(() => input.current?.select(), [])
  const done = (): void => {
    opener.current?.focus()
    onClose()
  }
  return (
    <Layer
      id={useId()}
      opener={opener}
      role="dialog"
      label={words.t('renameTo', { account: plain(id) })}
      onClose={onClose}
      layerRef={layer}
      isForm
    >
      <Form
        submit={words.t('rename')}
        submitting={words.t('working')}
        errors={{ label: false }}
        send={() => bridge.renameAccount({ account: id, label: text })}
        onDone={done}
      >
        {(field) => (
          <TextField
            {...field('label')}
            label={words.t('accountName')}
            help={words.t('accountNameHelp', { account: plain(id) })}
            maxLength={LABEL_LENGTH}
            value={text}
            onText={setText}
            inputRef={input}
          />
        )}
      </Form>
    </Layer>
  )
}

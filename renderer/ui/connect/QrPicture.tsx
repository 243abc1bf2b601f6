/** Reads a QR code from a picture that is chosen, pasted, or dropped anywhere on the page. */
import { useRef, useState } from 'preact/hooks'
import { useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { Field } from '../controls/fields.tsx'
import { PictureIcon } from '../controls/icons.tsx'
import { useDocumentEvent } from '../controls/use-document-event.ts'
import { readQrCode } from './qr-code.ts'

const firstPicture = (files: FileList | null | undefined): File | undefined =>
  [...(files ?? [])].find(({ type }) => type.startsWith('image/'))

/** @param onText returns whether it takes the text of the code */
export function QrPicture({ onText }: { readonly onText: (text: string) => boolean }) {
  const { words } = useUi()
  const chooser = useRef<HTMLInputElement>(null)
  const [reading, setReading] = useState(false)
  const [isUnreadable, setUnreadable] = useState(false)

  async function read(picture: Blob): Promise<void> {
    setReading(true)
    setUnreadable(false)
    const text = await readQrCode(picture).catch(() => null)
    setReading(false)
    setUnreadable(text === null || !onText(text))
  }

  useDocumentEvent('dragover', (event) => event.preventDefault())
  useDocumentEvent('drop', (event) => {
    event.preventDefault()
    const picture = firstPicture(event.dataTransfer?.files)
    if (picture) void read(picture)
  })
  useDocumentEvent('paste', (event) => {
    const picture = firstPicture(event.clipboardData?.files)
    if (!picture) return
    event.preventDefault()
    void read(picture)
  })

  return (
    <Field
      name="qr"
      label={words.t('qrPicture')}
      error={isUnreadable ? words.t('qrNothing') : undefined}
      help={words.t(reading ? 'qrReading' : 'qrHelp')}
    >
      {(control) => (
        <>
          {/* The browser's own control is in the browser's language. */}
          <Button text={words.t('qrChoose')} icon={<PictureIcon />} {...control} onClick={() => chooser.current?.click()} />
          <input
            ref={chooser}
            type="file"
            accept="image/*"
            hidden
            onChange={(event) => {
              const picture = firstPicture(event.currentTarget.files)
              // So that choosing the same picture again is a change.
              event.currentTarget.value = ''
              if (picture) void read(picture)
            }}
          />
        </>
      )}
    </Field>
  )
}

/** Reads a QR code from a picture that is chosen, pasted, or dropped anywhere on the page. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { Field } from '../controls/fields.tsx'
import { PictureIcon } from '../controls/icons.tsx'
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

  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => readFrom(event, firstPicture(event.clipboardData?.files))
    const onDrop = (event: DragEvent): void => readFrom(event, firstPicture(event.dataTransfer?.files))
    const onDragOver = (event: DragEvent): void => event.preventDefault()
    const readFrom = (event: Event, picture: File | undefined): void => {
      if (event.type === 'drop') event.preventDefault()
      if (!picture) return
      event.preventDefault()
      void read(picture)
    }
    document.addEventListener('paste', onPaste)
    document.addEventListener('drop', onDrop)
    document.addEventListener('dragover', onDragOver)
    return () => {
      document.removeEventListener('paste', onPaste)
      document.removeEventListener('drop', onDrop)
      document.removeEventListener('dragover', onDragOver)
    }
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

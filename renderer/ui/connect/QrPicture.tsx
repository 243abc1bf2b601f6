/** Takes a picture of a QR code: chosen, pasted or dropped anywhere on the page. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { useUi } from '../context.ts'
import { Field } from '../controls/Form.tsx'
import { PictureIcon } from '../controls/icons.tsx'
import { readQrCode } from './qr-code.ts'

interface QrPictureProps {
  /** Says whether the text is what was looked for. */
  readonly onText: (text: string) => boolean
}

const firstPicture = (files: FileList | null | undefined): File | undefined =>
  [...(files ?? [])].find(({ type }) => type.startsWith('image/'))

export function QrPicture({ onText }: QrPictureProps) {
  const { words } = useUi()
  const chooser = useRef<HTMLInputElement>(null)
  const [reading, setReading] = useState(false)
  const [nothing, setNothing] = useState(false)

  async function read(picture: Blob): Promise<void> {
    setReading(true)
    setNothing(false)
    const text = await readQrCode(picture).catch(() => null)
    setReading(false)
    setNothing(text === null || !onText(text))
  }

  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => take(event, firstPicture(event.clipboardData?.files))
    const onDrop = (event: DragEvent): void => take(event, firstPicture(event.dataTransfer?.files))
    const onDragOver = (event: DragEvent): void => event.preventDefault()
    const take = (event: Event, picture: File | undefined): void => {
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
      error={nothing ? words.t('qrNothing') : undefined}
      help={words.t(reading ? 'qrReading' : 'qrHelp')}
    >
      {(control) => (
        <>
          {/* The browser's own control speaks the browser's language. */}
          <button {...control} type="button" class="button" onClick={() => chooser.current?.click()}>
            <PictureIcon />
            {words.t('qrChoose')}
          </button>
          <input
            ref={chooser}
            type="file"
            accept="image/*"
            hidden
            onChange={(event) => {
              const picture = firstPicture(event.currentTarget.files)
              // The same picture may be chosen again.
              event.currentTarget.value = ''
              if (picture) void read(picture)
            }}
          />
        </>
      )}
    </Field>
  )
}

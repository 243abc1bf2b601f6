/** Images, and which of their representations a system draws. */
import { readFileSync } from 'node:fs'
import type { NativeImage } from 'electron'
import { scenario } from './scenario.ts'

/** An image is its PNGs, one for each scale factor. */
export class HostImage {
  readonly pngs = new Map<number, Buffer>()
  template = false

  isEmpty(): boolean {
    return this.pngs.size === 0
  }
  addRepresentation({ scaleFactor = 1, buffer }: { scaleFactor?: number; buffer?: Buffer }): void {
    if (buffer) this.pngs.set(scaleFactor, Buffer.from(buffer))
  }
  toPNG({ scaleFactor = 1 }: { scaleFactor?: number } = {}): Buffer {
    return this.pngs.get(scaleFactor) ?? Buffer.alloc(0)
  }
  getScaleFactors(): number[] {
    return [...this.pngs.keys()]
  }
  getSize(): { width: number; height: number } {
    const png = this.toPNG()
    return png.length < 24 ? { width: 0, height: 0 } : { width: png.readUInt32BE(16), height: png.readUInt32BE(20) }
  }
  setTemplateImage(template: boolean): void {
    this.template = template
  }
  isTemplateImage(): boolean {
    return this.template
  }
}
type Image = Pick<
  NativeImage,
  'isEmpty' | 'addRepresentation' | 'toPNG' | 'getScaleFactors' | 'getSize' | 'setTemplateImage' | 'isTemplateImage'
>

export const nativeImage = {
  createEmpty: (): HostImage => new HostImage(),
  createFromBuffer(buffer: Buffer, { scaleFactor = 1 }: { scaleFactor?: number } = {}): HostImage {
    const image = new HostImage()
    image.addRepresentation({ scaleFactor, buffer })
    return image
  },
  createFromPath: (path: string): HostImage => nativeImage.createFromBuffer(readFileSync(path)),
} satisfies Record<'createEmpty' | 'createFromBuffer' | 'createFromPath', (...args: never[]) => Image>

/**
 * Windows makes an icon of the 1x representation and stretches it (GetHICON in electron_api_native_image.cc), Linux takes the
 * largest (GetBestImageRep in tray_icon_linux.cc), and macOS the one that fits the display.
 */
export function drawn(image: HostImage, displayScale: number): Buffer | null {
  if (image.isEmpty()) return null
  const scales = image.getScaleFactors().toSorted((a, b) => a - b)
  const fits = scales.find((scale) => scale >= displayScale)
  const largest = scales.at(-1) ?? 1
  const scaleFactor = { win32: 1, linux: largest, darwin: fits ?? largest }[scenario.platform]
  return image.toPNG({ scaleFactor })
}

/** A vector as an Electron image, with a representation for each scale of the screen. */
import { nativeImage, type NativeImage } from 'electron'
import { appIcon } from './icon.ts'
import { rasterize } from './rasterize.ts'

/** Windows also uses quarter steps. */
const SCALES = [1, 1.25, 1.5, 2, 2.5, 3]

/** @param size width and height in DIP */
export function imageOf(svg: string, size: number, scales: readonly number[] = SCALES): NativeImage {
  const image = nativeImage.createEmpty()
  for (const scaleFactor of scales) {
    const pixels = Math.round(size * scaleFactor)
    image.addRepresentation({ scaleFactor, width: pixels, height: pixels, buffer: rasterize(svg, pixels) })
  }
  return image
}

/** The icon of a window on Linux, where no program file brings one. */
export const windowIcon = (): NativeImage => imageOf(appIcon(), 64, [1, 2])

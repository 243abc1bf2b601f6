/** Painted vectors as Electron's images: a representation for each scale of the screen. */
import { nativeImage, type NativeImage } from 'electron'
import { rasterize } from './rasterize.ts'

/** Windows' screens come in steps of a quarter too. */
const SCALES = [1, 1.25, 1.5, 2, 2.5, 3]

/** @param size width and height in the screen's own units (DIP). */
export function imageOf(svg: string, size: number): NativeImage {
  const image = nativeImage.createEmpty()
  for (const scaleFactor of SCALES) {
    const pixels = Math.round(size * scaleFactor)
    image.addRepresentation({ scaleFactor, width: pixels, height: pixels, buffer: rasterize(svg, pixels) })
  }
  return image
}

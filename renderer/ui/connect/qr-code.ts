/** Reads a QR code in a picture. The decoder is loaded with the first picture. */

/** Photographs and screenshots are smaller. */
const MAX_BYTES = 30_000_000
/** Pixels: enough for a code in a corner of a photograph, and few enough to decode quickly. */
const LONGEST_SIDE = 1600

/** The text of the code; null without a code, or without a picture. */
export async function readQrCode(picture: Blob): Promise<string | null> {
  if (picture.size > MAX_BYTES || !picture.type.startsWith('image/')) return null
  const [pixels, { default: readPixels }] = await Promise.all([pixelsOf(picture), import('jsqr')])
  return (pixels && readPixels(pixels.data, pixels.width, pixels.height)?.data) || null
}

async function pixelsOf(picture: Blob): Promise<ImageData | null> {
  const bitmap = await createImageBitmap(picture).catch(() => null)
  if (!bitmap) return null
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height))
  const [width, height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))]
  const context = new OffscreenCanvas(width, height).getContext('2d')
  if (!context) return null
  // A transparent background would turn black, like the code.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  return context.getImageData(0, 0, width, height)
}

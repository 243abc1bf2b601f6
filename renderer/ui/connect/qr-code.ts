/** Reads a QR code in a picture. The reader is loaded only when there is one. */

/** What a camera or a screen gives is smaller. */
const MAX_BYTES = 30_000_000
/** Enough for a code that fills a corner of a photograph, and little enough to be read at once. */
const LONGEST_SIDE = 1600

/** The text of the code; null where there is none, or no picture. */
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
  const pen = new OffscreenCanvas(width, height).getContext('2d')
  if (!pen) return null
  // What is transparent would be black on black.
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, width, height)
  pen.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  return pen.getImageData(0, 0, width, height)
}

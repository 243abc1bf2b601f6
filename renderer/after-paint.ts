/** Without a frame in this time, the page is not visible. */
const FRAME_MS = 100

/** After the next paint. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve))
    setTimeout(resolve, FRAME_MS)
  })
}

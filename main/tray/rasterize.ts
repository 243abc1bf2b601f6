/** Vector → PNG, in the main process, since the icon must be right without a window too. */
import { Resvg } from '@resvg/resvg-js'

/** By vector and size; bounded, since each count needs another image. */
const MAX_CACHED = 64
const cache = new Map<string, Buffer>()

/** @param pixels width and height of the square image */
export function rasterize(svg: string, pixels: number): Buffer {
  const key = `${pixels} ${svg}`
  const known = cache.get(key)
  if (known) return known
  const png = new Resvg(svg, { fitTo: { mode: 'width', value: pixels } }).render().asPng()
  const [oldest] = cache.keys()
  if (cache.size >= MAX_CACHED && oldest !== undefined) cache.delete(oldest)
  cache.set(key, png)
  return png
}

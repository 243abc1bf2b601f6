import { Resvg } from '@resvg/resvg-js'

/** Vector → PNG. No vector has text: loading the system's fonts would take a hundred times as long. @param pixels width and height */
export const rasterize = (svg: string, pixels: number): Buffer =>
  new Resvg(svg, { fitTo: { mode: 'width', value: pixels }, font: { loadSystemFonts: false } }).render().asPng()

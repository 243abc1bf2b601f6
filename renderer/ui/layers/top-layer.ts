/** The browser's top layer. Browsers before 2024 have none: there a z-index has to do. Main renders for Electron's, without a DOM. */
const isSupported = (): boolean => typeof HTMLElement === 'undefined' || 'popover' in HTMLElement.prototype

/** For the attribute `popover` of a layer that closes itself. */
export const layerKind = (): 'manual' | undefined => (isSupported() ? 'manual' : undefined)

export function showOnTop(layer: HTMLElement): void {
  if (isSupported()) layer.showPopover()
}

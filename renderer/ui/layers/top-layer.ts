/** The browser's top layer; browsers before 2024 have none, and there a z-index has to do. */
const isSupported = (): boolean => 'popover' in HTMLElement.prototype

/** For the attribute `popover` of a layer that closes itself. */
export const layerKind = (): 'manual' | undefined => (isSupported() ? 'manual' : undefined)

export function showOnTop(layer: HTMLElement): void {
  if (isSupported()) layer.showPopover()
}

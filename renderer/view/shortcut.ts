/** Pressed keys as an accelerator of Electron, and as the system writes it. */

export interface Pressed {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly metaKey: boolean
}

const NAMED: Readonly<Record<string, string>> = {
  Space: 'Space',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  Insert: 'Insert',
  Enter: 'Enter',
  Minus: '-',
  Equal: '=',
  Comma: ',',
  Period: '.',
  Slash: '/',
  Backquote: '`',
}

/** The Latin letter that the key types; else its place on the keyboard, as under a Korean input method. */
function keyName({ key, code }: Pressed): string | null {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase()
  const physical = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d)|(F\d{1,2}))$/.exec(code)
  return physical?.[1] ?? physical?.[2] ?? physical?.[3] ?? NAMED[code] ?? null
}

/** Null for keys that cannot be a system-wide shortcut. */
export function acceleratorOf(pressed: Pressed, platform: string): string | null {
  const name = keyName(pressed)
  const { ctrlKey, altKey, shiftKey, metaKey } = pressed
  if (name === null || !(ctrlKey || altKey || metaKey || /^F\d/.test(name))) return null
  const parts = [ctrlKey && 'Control', altKey && 'Alt', shiftKey && 'Shift', metaKey && (platform === 'darwin' ? 'Command' : 'Super'), name]
  return parts.filter((part) => part !== false).join('+')
}

const ON_MAC: Readonly<Record<string, string>> = { Control: '⌃', Alt: '⌥', Shift: '⇧', Command: '⌘', CommandOrControl: '⌘' }
const ELSEWHERE: Readonly<Record<string, string>> = { Control: 'Ctrl', CommandOrControl: 'Ctrl', Super: 'Super' }

export function shownShortcut(accelerator: string, platform: string): string {
  const parts = accelerator.split('+')
  return platform === 'darwin' ? parts.map((part) => ON_MAC[part] ?? part).join('') : parts.map((part) => ELSEWHERE[part] ?? part).join('+')
}

/** Pressed keys as an accelerator of Electron, and as the system writes it. */

export type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>

const NAMED = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d)|Arrow(Up|Down|Left|Right)|(F\d{1,2}|Space|Home|End|PageUp|PageDown|Insert|Enter))$/
const SYMBOLS: Readonly<Record<string, string>> = { Minus: '-', Equal: '=', Comma: ',', Period: '.', Slash: '/', Backquote: '`' }

/** The Latin letter that the key types; else its place on the keyboard, as under a Korean input method. */
const keyName = ({ key, code }: Pressed): string | null =>
  /^[a-z]$/i.test(key) ? key.toUpperCase() : (NAMED.exec(code)?.slice(1).find(Boolean) ?? SYMBOLS[code] ?? null)

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
  const [names, joint] = platform === 'darwin' ? [ON_MAC, ''] : [ELSEWHERE, '+']
  const parts = accelerator.split('+').map((part) => names[part] ?? part)
  return parts.join(joint)
}

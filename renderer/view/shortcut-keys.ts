/**
 * The keys of a focused message in the list. None is a letter alone: letters search, and single-key shortcuts get in the
 * way of speech input (WCAG 2.1.4).
 */
import type { MessageAction } from '../../common/protocol/wire.ts'

type Keys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

interface Shortcut {
  /** For `aria-keyshortcuts`. */
  readonly aria: string
  /** For a tooltip. */
  readonly shown: (platform: string) => string
}

/** @param platform `navigator.platform` */
const isMac = (platform: string): boolean => platform.startsWith('Mac')

const withCommand = (letter: string): Shortcut => ({
  aria: `Control+${letter} Meta+${letter}`,
  shown: (platform) => (isMac(platform) ? `⌘${letter}` : `Ctrl+${letter}`),
})

export const SHORTCUTS: Readonly<Record<MessageAction, Shortcut>> = {
  read: withCommand('I'),
  archive: withCommand('E'),
  delete: { aria: 'Delete', shown: (platform) => (isMac(platform) ? '⌫' : 'Del') },
}

/** Control, or the command key of a Mac, with a letter and no other modifier. */
const isCommand = ({ key, ctrlKey, metaKey, altKey, shiftKey }: Keys, letter: string): boolean =>
  ctrlKey !== metaKey && !altKey && !shiftKey && key.toLowerCase() === letter

export function actionOfKey(keys: Keys, platform: string): MessageAction | null {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = keys
  // The delete key of a Mac's keyboard is Backspace.
  if (key === 'Delete' || (key === 'Backspace' && isMac(platform))) return ctrlKey || metaKey || altKey || shiftKey ? null : 'delete'
  if (isCommand(keys, 'e')) return 'archive'
  return isCommand(keys, 'i') ? 'read' : null
}

export const isUndo = (keys: Keys): boolean => isCommand(keys, 'z')

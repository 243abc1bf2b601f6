/**
 * Search while typing: every word of the query must be in the texts. Hangul is compared by its letters, so that results do
 * not flicker while a syllable is composed: 호, 회, 횡, 회의 all find 회의.
 */
import type { NameOf } from '../../common/model/account-names.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Account, Folder } from '../../common/protocol/wire.ts'
import { messageLines } from './messages.ts'

const letters = (compatibility: string): string => compatibility.normalize('NFKD')

/** The finals from U+11A8 on, as the letters typed for them, which may become the initials of a next syllable. */
const FINALS = 'ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'
  .split(' ')
  .map(letters)
const FIRST_FINAL = 0x11a8

/** Vowels that are typed as two, each before its two. */
const VOWELS = new Map(
  Array.from('ㅘㅗㅏ ㅙㅗㅐ ㅚㅗㅣ ㅝㅜㅓ ㅞㅜㅔ ㅟㅜㅣ ㅢㅡㅣ'.split(' '), (typed) => [letters(typed.charAt(0)), letters(typed.slice(1))]),
)

/** Without case, accents and syllable boundaries. */
export const searchable = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\u11a8-\u11c2]/g, (final) => FINALS[final.charCodeAt(0) - FIRST_FINAL] ?? final)
    .replaceAll(/[\u116a-\u1174]/g, (vowel) => VOWELS.get(vowel) ?? vowel)
    .toLowerCase()

/** Returns whether texts contain, together, every word of the query; an empty query matches all. */
export function searchFor(query: string): (...texts: readonly string[]) => boolean {
  const words = searchable(query).split(/\s+/).filter(Boolean)
  return (...texts) => {
    const text = texts.map(searchable).join('\n')
    return words.every((word) => text.includes(word))
  }
}

/** Servers with an account that matches, and messages that match; all of them for an empty query. */
export function searchIn(servers: readonly ServerView[], query: string, nameOf: NameOf, folderName: (folder: Folder) => string) {
  if (query.trim() === '') return { servers, messages: messageLines(servers, nameOf) }
  const has = searchFor(query)
  const textsOf = (server: ServerView, { id, label, folders = [] }: Account) => [
    server.label ?? '',
    label ?? '',
    id,
    ...folders.map(folderName),
  ]
  return {
    servers: servers.flatMap((server) => {
      const accounts = (server.accounts ?? []).filter((account) => has(...textsOf(server, account)))
      return accounts.length === 0 ? [] : [{ ...server, accounts }]
    }),
    messages: messageLines(servers, nameOf, ({ sender, from, subject, account, at, folder }) =>
      has(sender, from, subject, account, at.account, folder),
    ),
  }
}

/** True for a key that types a character, which starts a search from the list. `Process` comes from an input method. */
export const beginsSearch = ({ key, ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent): boolean =>
  !ctrlKey && !metaKey && !altKey && !isComposing && (key === 'Process' || (key !== ' ' && [...key].length === 1))

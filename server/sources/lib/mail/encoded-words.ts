/** Encoded words in header fields (RFC 2047), in the forms that senders really write. */
import libmime from 'libmime'
import { decodeCharset, guessCharset } from './charset.ts'

/**
 * `=?charset*language?encoding?text?=` (RFC 2231, section 5). Common errors are accepted: blanks in the text, and `?` in
 * a Q word. libmime's own `decodeWords` takes neither that `?` nor raw 8-bit text beside the words, and decodes a
 * character that is cut between a B and a Q word as two halves; so it decodes single words here.
 */
const WORD = /=\?([^?\s*]{1,64})(?:\*[^?\s]{0,64})?\?(?:(b)\?([^?\r\n]*)|(q)\?((?:[^?\r\n]|\?(?!=))*))\?=/gi

interface EncodedWord {
  readonly encoding: 'B' | 'Q'
  text: string
}

/**
 * The value of a field as text.
 * @param value one character a byte (latin1), unfolded
 * @param hint the charset that raw 8-bit text outside encoded words may be in
 */
export function decodeWords(value: string, hint?: string): string {
  let text = ''
  let end = 0
  let run: { readonly charset: string; readonly words: EncodedWord[] } | null = null
  const finishRun = (): void => {
    if (run) text += decodeCharset(Buffer.concat(run.words.map(bytesOf)), run.charset)
    run = null
  }
  for (const match of value.matchAll(WORD)) {
    const [whole, name = '', b, inB = '', , inQ = ''] = match
    const between = value.slice(end, match.index)
    end = match.index + whole.length
    const charset = name.toLowerCase()
    const word: EncodedWord = b === undefined ? { encoding: 'Q', text: inQ } : { encoding: 'B', text: inB }
    // Blanks between two words are no text (RFC 2047, section 6.2), and senders cut characters there against section 5.
    const isAdjacent = run !== null && between.trim() === ''
    if (run && isAdjacent && run.charset === charset) {
      const last = run.words.at(-1)
      // Words of one encoding are joined, because senders also cut groups of base64.
      if (last?.encoding === word.encoding) last.text += word.text
      else run.words.push(word)
      continue
    }
    finishRun()
    if (!isAdjacent) text += guessCharset(Buffer.from(between, 'latin1'), hint)
    run = { charset, words: [word] }
  }
  finishRun()
  return text + guessCharset(Buffer.from(value.slice(end), 'latin1'), hint)
}

/** In libmime's charset `binary`, one character is one byte. */
const bytesOf = ({ encoding, text }: EncodedWord): Buffer =>
  Buffer.from(libmime.decodeWord('binary', encoding, encoding === 'Q' ? text.replaceAll(/[\x80-\xff]/g, escaped) : text), 'latin1')

/** libmime takes the text of a Q word for Unicode. */
const escaped = (byte: string): string => `=${byte.charCodeAt(0).toString(16)}`

/** Encoded words in header fields (RFC 2047), as they come and not only as they should. */
import { decodeCharset, guessCharset } from './charset.ts'

/** `=?charset*language?encoding?text?=` (RFC 2231, section 5); blanks in the text are an error that is common. */
const WORD = /=\?([^?\s*]{1,64})(?:\*[^?\s]{0,64})?\?([bq])\?([^?\r\n]*)\?=/gi

interface Word {
  readonly charset: string
  readonly encoding: 'b' | 'q'
  text: string
}

/**
 * The value of a field as text.
 * @param value one character a byte (latin1), unfolded.
 * @param hint the charset that bytes outside encoded words may be in.
 */
export function decodeWords(value: string, hint?: string): string {
  let text = ''
  let end = 0
  let run: Word[] = []
  const finishRun = (): void => {
    text += decodeRun(run)
    run = []
  }
  for (const match of value.matchAll(WORD)) {
    const [whole, charset = '', encoding = '', encoded = ''] = match
    const between = value.slice(end, match.index)
    end = match.index + whole.length
    const word: Word = { charset: charset.toLowerCase(), encoding: encoding.toLowerCase() === 'b' ? 'b' : 'q', text: encoded }
    // Blanks between two of them are no text (section 6.2), and a character may be cut by them, though it must not.
    const joins = run.length > 0 && between.trim() === ''
    if (joins && run[0]?.charset === word.charset) {
      run.push(word)
      continue
    }
    finishRun()
    if (!joins) text += guessCharset(Buffer.from(between, 'latin1'), hint)
    run = [word]
  }
  finishRun()
  return text + guessCharset(Buffer.from(value.slice(end), 'latin1'), hint)
}

/** Words that follow on each other in one charset: their bytes are joined before they are decoded. */
function decodeRun(words: readonly Word[]): string {
  const [first] = words
  if (!first) return ''
  const parts: Buffer[] = []
  let base64 = ''
  const flush = (): void => {
    // Padding ends a piece, wherever the sender put it.
    for (const piece of base64.split(/=+/)) parts.push(Buffer.from(piece, 'base64'))
    base64 = ''
  }
  for (const { encoding, text } of words) {
    if (encoding === 'b') base64 += text
    else {
      flush()
      parts.push(fromQ(text))
    }
  }
  flush()
  return decodeCharset(Buffer.concat(parts), first.charset)
}

const fromQ = (text: string): Buffer =>
  Buffer.from(
    text.replaceAll('_', ' ').replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

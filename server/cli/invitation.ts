/** A link, and its QR code, by which whoever runs a server hands a token out; the desktop app opens it. */
import encode from 'qrcode-generator'
import { isSecureUrl } from '../../common/model/hosts.ts'
import { CommandError } from './command-error.ts'

/**
 * `mailbell://connect?url=…#token=…`: the token stands behind the #, which no browser sends and no server logs.
 * @throws Failure where the app would not take the address
 */
export function invitationTo(base: string, token: string): string {
  const url = URL.parse(base)
  if (!url || !isSecureUrl(url))
    throw new CommandError(`--link must be the address that people reach the server by, beginning with https://, not "${base}".`, 2)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new CommandError('--link must be an address alone, without a user, a ? or a #.', 2)
  return `mailbell://connect?url=${encodeURIComponent(url.href)}#token=${encodeURIComponent(token)}`
}

/** Cells of light around the code that readers need (ISO/IEC 18004). */
const QUIET = 4
const HALVES = [' ', '▄', '▀', '█'] as const

/** Two rows of cells in a line of text. The light cells are drawn, as most terminals are dark; colours are set for the others. */
export function qrCodeOf(text: string): string {
  const code = encode(0, 'M')
  code.addData(text, 'Byte')
  code.make()
  const size = code.getModuleCount()
  const isLight = (row: number, column: number): boolean =>
    row < 0 || column < 0 || row >= size || column >= size || !code.isDark(row, column)
  const lines: string[] = []
  for (let row = -QUIET; row < size + QUIET; row += 2) {
    let line = ''
    for (let column = -QUIET; column < size + QUIET; column++)
      line += HALVES[(isLight(row, column) ? 2 : 0) + (isLight(row + 1, column) ? 1 : 0)] ?? ' '
    lines.push(`\u001B[97;40m${line}\u001B[0m`)
  }
  return lines.join('\n')
}

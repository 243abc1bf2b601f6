/** A link to the desktop app, and the QR code of a link, by which the administrator of a server hands out a token; the desktop app opens it. */
import encode from 'qrcode-generator'
import { isSecureUrl } from '../../../common/model/hosts.ts'
import { CommandError } from '../command-error.ts'

/**
 * `mailbell://connect?url=…#token=…`: no browser sends, and no server logs, what follows the #.
 * @throws CommandError if the app would reject the URL
 */
export function invitationTo(base: string, token: string): string {
  const url = URL.parse(base)
  if (!url || !isSecureUrl(url))
    throw new CommandError(`--link must be the server's public URL, beginning with https://, not "${base}".`, 2)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new CommandError('--link must be a URL without a user, a ? or a #.', 2)
  return `mailbell://connect?url=${encodeURIComponent(url.href)}#token=${encodeURIComponent(token)}`
}

/** Light modules around the code, which readers need (ISO/IEC 18004). */
const QUIET_ZONE = 4
const HALVES = [' ', '▄', '▀', '█'] as const

/** Two rows of modules a line. The light ones are drawn, as most terminals are dark; the colours are set for the others. */
export function qrCodeOf(text: string): string {
  const code = encode(0, 'M')
  code.addData(text, 'Byte')
  code.make()
  const size = code.getModuleCount()
  const isLight = (row: number, column: number): boolean =>
    row < 0 || column < 0 || row >= size || column >= size || !code.isDark(row, column)
  const lines: string[] = []
  for (let row = -QUIET_ZONE; row < size + QUIET_ZONE; row += 2) {
    let line = ''
    for (let column = -QUIET_ZONE; column < size + QUIET_ZONE; column++)
      line += HALVES[(isLight(row, column) ? 2 : 0) + (isLight(row + 1, column) ? 1 : 0)] ?? ' '
    lines.push(`\u001B[97;40m${line}\u001B[0m`)
  }
  return lines.join('\n')
}

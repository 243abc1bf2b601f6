/** Names of folders on disk: mostly in the modified UTF-7 of IMAP (RFC 3501, section 5.1.3). */

/** A name that is not valid modified UTF-7 stays as it is: some programs write UTF-8. */
export function decodeFolderName(name: string): string {
  const parts: string[] = []
  for (const part of name.split(/(&[^-]*-)/)) {
    if (part === '&-') parts.push('&')
    else if (/^&[A-Za-z0-9+,]+-$/.test(part)) {
      const bytes = Buffer.from(part.slice(1, -1).replaceAll(',', '/'), 'base64')
      if (bytes.length % 2 !== 0) return name
      parts.push(bytes.swap16().toString('utf16le'))
    } else if (/[^\x20-\x7e]|&/.test(part)) return name
    else parts.push(part)
  }
  const decoded = parts.join('')
  return decoded.isWellFormed() && !/[/\p{Cc}]/u.test(decoded) ? decoded : name
}

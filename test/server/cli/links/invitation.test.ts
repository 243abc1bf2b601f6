import jsqr from 'jsqr'
import { describe, expect, test } from 'vitest'
import { parseInvitation } from '../../../../common/model/invitation.ts'
import { invitationTo, qrCodeOf } from '../../../../server/cli/links/invitation.ts'
import { newTokenSecret } from '../../../../server/auth/tokens.ts'

/** What a camera would see of the terminal: each half of a character as a square of pixels, light on dark. */
function pictureOf(printed: string): { pixels: Uint8ClampedArray; width: number; height: number } {
  // oxlint-disable-next-line no-control-regex -- the colours of the terminal
  const lines = printed.split('\n').map((line) => [...line.replaceAll(/\u001B\[[\d;]*m/g, '')])
  const scale = 4
  const width = (lines[0]?.length ?? 0) * scale
  const height = lines.length * 2 * scale
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const character = lines[Math.floor(y / scale / 2)]?.[Math.floor(x / scale)] ?? ' '
      const isLight = character === '█' || character === (Math.floor(y / scale) % 2 === 0 ? '▀' : '▄')
      pixels.fill(isLight ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  return { pixels, width, height }
}

describe('an invitation to a server', () => {
  test('is a link that the app accepts, with the same token', () => {
    const token = newTokenSecret()
    expect(parseInvitation(invitationTo('https://mail.example.org/counts/', token))).toEqual({
      url: 'https://mail.example.org/counts',
      host: 'mail.example.org',
      credential: { token },
    })
  })

  test('keeps the token where no server logs it', () => {
    const { search, hash } = new URL(invitationTo('https://mail.example.org', 'shh'))
    expect(search).not.toContain('shh')
    expect(hash).toBe('#token=shh')
  })

  test('is read back from its QR code as the same link', () => {
    const link = invitationTo('https://mail.example.org/', newTokenSecret())
    const { pixels, width, height } = pictureOf(qrCodeOf(link))
    expect(jsqr.default(pixels, width, height)?.data).toBe(link)
  })

  test.each(['mail.example.org', 'http://mail.example.org', 'https://user:secret@mail.example.org', 'https://mail.example.org/?a=b'])(
    'is not made for %s, which the app would refuse',
    (base) => {
      expect(() => invitationTo(base, 'x')).toThrow('--link must be')
    },
  )
})

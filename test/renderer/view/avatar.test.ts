import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HUES, hueOf, initialsOf } from '../../../renderer/view/avatar.ts'

describe('the initials of a sender', () => {
  it.each([
    ['Kim Minji', 'KM'],
    ['ada', 'A'],
    ['Ada, at work', 'AW'],
    ['Élodie d’Ory', 'ÉD'],
    ['e\u0301lodie', 'E\u0301'],
    ['Ludwig van Beethoven', 'LB'],
    ['Анна Петрова', 'АП'],
    ['김민지', '김'],
    ['네이버 고객센터', '네'],
    ['山田 太郎', '山'],
    ['김민지 (Minji Kim)', '김'],
    ['build@ci.example.org', 'B'],
    ['"(quoted)"', 'Q'],
    ['🎉 Party Time 🎉', 'PT'],
    ['🎉', '🎉'],
    ['👩‍👩‍👧‍👦 family', 'F'],
    ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
    ['42 Degrees', '4'],
    ['ßeta', 'S'],
    ['', '?'],
    ['  … ', '?'],
  ])('of %j are %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials)
  })
})

describe('the colours of an avatar', () => {
  it('depend on the address alone, and differ', () => {
    expect(hueOf('Kim@Example.org ')).toBe(hueOf('kim@example.org'))
    const addresses = Array.from({ length: 500 }, (_, index) => `person${index}@example.org`)
    expect(new Set(addresses.map(hueOf))).toEqual(new Set(HUES))
    expect(HUES).toContain(hueOf(''))
    for (const hue of HUES) expect(tokens).toContain(`.avatar[data-hue='${hue}'] {\n  --hue: ${hue};`)
  })

  const tokens = readFileSync(new URL('../../../renderer/ui/tokens.css', import.meta.url), 'utf8')
  /** Lightness and chroma of a token in a theme. */
  function shadeOf(name: string, theme: 'light' | 'dark'): readonly [number, number] {
    const shades = [...(tokens.match(new RegExp(`${name}: (.*)`))?.[1] ?? '').matchAll(/oklch\(([\d.]+) ([\d.]+) var\(--hue\)\)/g)]
    const [, lightness, chroma] = shades[theme === 'light' ? 0 : 1] ?? []
    return [Number(lightness), Number(chroma)]
  }

  /** Linear sRGB of an OKLCH colour (CSS Color 4, section 19). */
  function rgbOf([lightness, chroma]: readonly [number, number], hue: number): readonly number[] {
    const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)]
    const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    return [
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
    ]
  }
  const luminanceOf = ([red = 0, green = 0, blue = 0]: readonly number[]): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue

  it.each(['light', 'dark'] as const)('are in sRGB and have a contrast of at least 4.5 in the %s theme, whatever the address', (theme) => {
    for (const hue of HUES) {
      const pair = ['--avatar-ground', '--avatar-text'].map((name) => rgbOf(shadeOf(name, theme), hue))
      for (const channel of pair.flat()) expect(channel >= -0.0005 && channel <= 1.0005, `${hue} ${pair}`).toBe(true)
      const [darker = 0, lighter = 0] = pair.map(luminanceOf).toSorted((one, other) => one - other)
      expect((lighter + 0.05) / (darker + 0.05)).toBeGreaterThanOrEqual(4.5)
    }
  })
})

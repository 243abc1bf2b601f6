import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Document } from 'yaml'
import { changeConfig, unchecked } from '../../../server/config/change.ts'
import { ConfigError } from '../../../server/yaml/errors.ts'

const TEXT = `# Of the team.
sources:
  - { type: countdir, path: counts } # by the old program
demo:   false
`
const CHANGED = TEXT.replace('demo:   false', 'demo: true')
const turnDemoOn = (document: Document): void => document.set('demo', true)

describe('a change of the config', () => {
  let folder: string
  const path = (): string => join(folder, 'mailbell.yml')
  const text = (): string => readFileSync(path(), 'utf8')
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailbell-change-'))
    writeFileSync(path(), TEXT)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('is checked before it is written, and resolves with the result of the check', async () => {
    const seen: string[] = []
    const check = async (changed: string): Promise<number> => seen.push(changed, text())
    expect(await changeConfig(path(), turnDemoOn, check)).toBe(2)
    expect([seen, text()]).toEqual([[CHANGED, TEXT], CHANGED])
  })

  test('keeps the line ends of Windows, in comments too', async () => {
    writeFileSync(path(), TEXT.replaceAll('\n', '\r\n'))
    await changeConfig(path(), turnDemoOn, unchecked)
    expect(text()).toBe(CHANGED.replaceAll('\n', '\r\n'))
  })

  test('keeps the line ends of most lines where they are mixed', async () => {
    writeFileSync(path(), TEXT.replace('\n', '\r\n'))
    await changeConfig(path(), turnDemoOn, unchecked)
    expect(text()).toBe(CHANGED)
    writeFileSync(path(), TEXT.replaceAll('\n', '\r\n').replace('\r\n', '\n'))
    await changeConfig(path(), turnDemoOn, unchecked)
    expect(text()).toBe(CHANGED.replaceAll('\n', '\r\n'))
  })

  test.skipIf(process.platform === 'win32')('keeps the mode of the file, whatever the umask', async () => {
    chmodSync(path(), 0o640)
    const umask = process.umask(0o077)
    try {
      await changeConfig(path(), turnDemoOn, unchecked)
    } finally {
      process.umask(umask)
    }
    expect(statSync(path()).mode & 0o7777).toBe(0o640)
  })

  test('names the error of a file that an editor makes unreadable during the check', async () => {
    const changing = changeConfig(path(), turnDemoOn, async () => writeFileSync(path(), Buffer.from([0xff])))
    await expect(changing).rejects.toThrow('is not UTF-8 text')
    expect(readdirSync(folder)).toEqual(['mailbell.yml'])
  })

  test('keeps merge keys and anchors, and an entry whose anchor another one uses', async () => {
    const shared = `sources:\n  - &a { type: countdir, path: counts }\n  - { <<: *a, name: more }\ndemo:   false\n`
    writeFileSync(path(), shared)
    await changeConfig(path(), turnDemoOn, unchecked)
    expect(text()).toContain('<<: *a')
    const remove = (document: Document): void => void document.deleteIn(['sources', 0])
    await expect(changeConfig(path(), remove, unchecked)).rejects.toThrow(
      /^Another entry of .*mailbell\.yml uses an anchor \(&\) of this one/,
    )
    expect(text()).toContain('&a')
  })

  test('that the check refuses leaves the file as it is, and no other one', async () => {
    const refusal = new ConfigError(['mailbell.yml:3:5 sources[0].path: is gone'])
    await expect(changeConfig(path(), turnDemoOn, () => Promise.reject(refusal))).rejects.toBe(refusal)
    expect([text(), readdirSync(folder)]).toEqual([TEXT, ['mailbell.yml']])
  })

  test('is made again in what an editor saves during the check', async () => {
    const saved = TEXT.replace('counts', 'numbers')
    const seen: string[] = []
    await changeConfig(path(), turnDemoOn, async (changed) => {
      if (seen.push(changed) === 1) writeFileSync(path(), saved)
    })
    const expected = CHANGED.replace('counts', 'numbers')
    expect([seen, text(), readdirSync(folder)]).toEqual([[CHANGED, expected], expected, ['mailbell.yml']])
  })

  test('is refused if an editor breaks the file during the check, which keeps what the editor has saved', async () => {
    const broken = `${TEXT}sorces: []\n`
    const changing = changeConfig(path(), turnDemoOn, async () => writeFileSync(path(), broken))
    await expect(changing).rejects.toThrow('sorces')
    expect([text(), readdirSync(folder)]).toEqual([broken, ['mailbell.yml']])
  })
})

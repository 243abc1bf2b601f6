/** Opens the mail program on macOS and Windows; test/desktop/opening.test.ts covers Linux. */
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createMailProgram } from '../../../main/opening/mail-program.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { until } from '../../helpers/until.ts'

const MAIL = '/System/Applications/Mail.app'

/** @param programs the path of the registered program for each scheme */
function desktop(platform: NodeJS.Platform, programs: Readonly<Record<string, string>>, { refuses = false, lacks = '' } = {}) {
  const done: string[] = []
  const open = createMailProgram({
    platform,
    env: {},
    app: {
      async getApplicationInfoForProtocol(url) {
        const path = programs[new URL(url).protocol]
        if (path === undefined) throw new Error('no application')
        return { path, name: '', icon: {} as Electron.NativeImage }
      },
    },
    shell: {
      async openExternal(url) {
        if (refuses) throw new Error('refused')
        done.push(`link ${url}`)
      },
      async openPath(path) {
        done.push(`path ${path}`)
        return lacks
      },
    },
  })
  return { open, done }
}

describe('on a Mac', () => {
  const mail = { 'mailto:': MAIL, 'message:': MAIL }

  test('Mail opens the message, or only itself without a Message-ID or if the URL fails', async () => {
    const { open, done } = desktop('darwin', mail)
    await open('a/b@x')
    await open(null)
    const refusing = desktop('darwin', mail, { refuses: true })
    await refusing.open('a@x')
    expect([done, refusing.done]).toEqual([['link message://%3Ca%2Fb%40x%3E', `path ${MAIL}`], [`path ${MAIL}`]])
  })

  test('another default program opens without the message, although Mail supports the URL', async () => {
    const { open, done } = desktop('darwin', { 'mailto:': '/Applications/Other.app', 'message:': MAIL })
    await open('a@x')
    expect(done).toEqual(['path /Applications/Other.app'])
  })

  test('a missing program is reported', async () => {
    await expect(desktop('darwin', {}).open('a@x')).rejects.toThrow('no mail program is set as the default')
    await expect(desktop('darwin', mail, { lacks: 'It is damaged.' }).open(null)).rejects.toThrow('It is damaged.')
  })
})

describe.skipIf(process.platform === 'win32')('on Windows', () => {
  test('Thunderbird gets the Message-ID as one argument, another program nothing', async () => {
    const folder = await temporaryFolder()
    const output = join(folder.path, 'said')
    for (const name of ['thunderbird.exe', 'OUTLOOK.EXE']) {
      const script = `require('node:fs').appendFileSync(${JSON.stringify(output)}, JSON.stringify(process.argv.slice(2)) + ' ')`
      await writeFile(join(folder.path, name), `#!${process.execPath}\n${script}\n`)
      await chmod(join(folder.path, name), 0o755)
      await desktop('win32', { 'mailto:': join(folder.path, name) }).open('a "b" & calc@x')
      await until(async () => (await readFile(output, 'utf8').catch(() => '')).includes(name.startsWith('O') ? '[]' : 'mid:'))
    }
    expect(await readFile(output, 'utf8')).toBe('["mid:a \\"b\\" & calc@x"] [] ')
    await folder.remove()
  })
})

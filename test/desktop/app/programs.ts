/** The programs of a desktop, which record how they are started. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Machine } from './machine.ts'

export interface Programs {
  /** Environment variables of the session in which the app runs. */
  readonly env: Readonly<Record<string, string>>
  /** Installs a program. */
  install(name: string): Promise<void>
  /** Installs a mail program with its desktop entry, and makes it the default. */
  installMailProgram(name: string, ...lines: readonly string[]): Promise<void>
  /** The starts so far, each with its name and arguments. */
  started(): Promise<readonly (readonly string[])[]>
}

export async function createPrograms(machine: Machine): Promise<Programs> {
  const dir = machine.home
  const [bin, share, record] = [join(dir, 'bin'), join(dir, 'share'), join(dir, 'started')]
  await mkdir(bin, { recursive: true })
  await mkdir(join(share, 'applications'), { recursive: true })

  async function install(name: string): Promise<void> {
    const start = `[${JSON.stringify(name)}, ...process.argv.slice(2)]`
    const script = `require('node:fs').appendFileSync(${JSON.stringify(record)}, JSON.stringify(${start}) + '\\n')`
    await writeFile(join(bin, name), `#!${process.execPath}\n${script}\n`)
    await chmod(join(bin, name), 0o755)
  }

  return {
    env: { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, XDG_DATA_HOME: share },
    install,
    async installMailProgram(name, ...lines) {
      await install(name)
      const entry = ['[Desktop Entry]', 'Type=Application', `Name=${name}`, `Exec=${name} %u`, ...lines]
      await writeFile(join(share, 'applications', `${name}.desktop`), entry.join('\n'))
      await mkdir(machine.configDir, { recursive: true })
      await writeFile(join(machine.configDir, 'mimeapps.list'), `[Default Applications]\nx-scheme-handler/mailto=${name}.desktop\n`)
    },
    async started() {
      const lines = (await readFile(record, 'utf8').catch(() => '')).split('\n')
      return lines.filter((line) => line !== '').map((line): readonly string[] => JSON.parse(line))
    },
  }
}

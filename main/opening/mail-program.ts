/** The user's default mail program: the system's handler of `mailto:`. */
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { App, Shell } from 'electron'
import { commandOnWindows, commandsOnLinux, urlOnMac } from './mail-program-commands.ts'
import { readOutput, startProgram } from '../system/programs.ts'
import { readBounded } from '../system/read-bounded.ts'

export interface MailProgramDeps {
  readonly platform: NodeJS.Platform
  readonly env: NodeJS.ProcessEnv
  readonly app: Pick<App, 'getApplicationInfoForProtocol'>
  readonly shell: Pick<Shell, 'openExternal' | 'openPath'>
}

/**
 * Opens the message if the program is known to support that, else the program alone.
 * @throws if there is no mail program
 */
export type OpenMailProgram = (messageId: string | null) => Promise<void>

export function createMailProgram(deps: MailProgramDeps): OpenMailProgram {
  if (deps.platform === 'linux') return (messageId) => openOnLinux(deps, messageId)
  return deps.platform === 'win32' ? (messageId) => openOnWindows(deps, messageId) : (messageId) => openOnMac(deps, messageId)
}

/** A `mailto:` URL would compose a new message instead of opening the mailbox. */
async function openOnLinux({ env }: MailProgramDeps, messageId: string | null): Promise<void> {
  const id = await readOutput('xdg-mime', ['query', 'default', 'x-scheme-handler/mailto'])
  if (!id) throw new Error('no mail program is set as the default; choose one in the system settings')
  const commands = commandsOnLinux(id, await readDesktopFile(id, env), messageId)
  for (const command of commands) {
    const starting = startProgram(command)
    if (command === commands.at(-1) || (await succeeded(starting))) return await starting
  }
}

async function openOnWindows({ app }: MailProgramDeps, messageId: string | null): Promise<void> {
  const { path } = await app.getApplicationInfoForProtocol('mailto://')
  await startProgram((messageId !== null && commandOnWindows(path, messageId)) || [path])
}

async function openOnMac({ app, shell }: MailProgramDeps, messageId: string | null): Promise<void> {
  const programFor = (scheme: string): Promise<string | null> =>
    app.getApplicationInfoForProtocol(`${scheme}://`).then(
      ({ path }) => path,
      () => null,
    )
  const mailto = await programFor('mailto')
  if (mailto === null) throw new Error('no mail program is set as the default; choose one in the settings of Mail')
  const link =
    messageId === null ? null : urlOnMac({ mailto, message: await programFor('message'), mid: await programFor('mid') }, messageId)
  if (link !== null && (await succeeded(shell.openExternal(link)))) return
  const error = await shell.openPath(mailto)
  if (error !== '') throw new Error(error)
}

const succeeded = (started: Promise<void>): Promise<boolean> =>
  started.then(
    () => true,
    () => false,
  )

/** Entries contain translations. */
const MAX_ENTRY_BYTES = 256 * 1024

/** Empty if the entry is missing: https://specifications.freedesktop.org/basedir-spec/latest/ */
async function readDesktopFile(id: string, env: NodeJS.ProcessEnv): Promise<string> {
  const home = env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share')
  const dirs = [home, ...(env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share').split(':')].filter((dir) => isAbsolute(dir))
  if (id.includes('/')) return ''
  for (const dir of dirs) {
    const text = await readBounded(join(dir, 'applications', id), MAX_ENTRY_BYTES).catch(() => null)
    if (text !== null) return text
  }
  return ''
}

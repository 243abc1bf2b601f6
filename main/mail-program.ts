/** The person's mail program, as the system knows it: whoever writes mails is whoever reads them. */
import type { App, Shell } from 'electron'
import { askProgram, startProgram } from './programs.ts'

export interface MailProgramDeps {
  readonly platform: NodeJS.Platform
  readonly app: Pick<App, 'getApplicationInfoForProtocol'>
  readonly shell: Pick<Shell, 'openPath'>
}

/** @throws where the system names none */
export async function openMailProgram({ platform, app, shell }: MailProgramDeps): Promise<void> {
  if (platform === 'linux') {
    // A mailto: address would open a new mail to write, not the mailbox.
    const entry = await askProgram('xdg-mime', ['query', 'default', 'x-scheme-handler/mailto'])
    if (!entry) throw new Error('no mail program is set as the default; choose one in the system settings')
    return await startProgram(['gtk-launch', entry.replace(/\.desktop$/, '')])
  }
  const { path } = await app.getApplicationInfoForProtocol('mailto://')
  if (platform === 'win32') return await startProgram([path])
  const refused = await shell.openPath(path)
  if (refused !== '') throw new Error(refused)
}

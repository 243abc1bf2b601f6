/** What a click on a message opens, as a user sees it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sourceContext } from '../helpers/sources/source-context.ts'
import { createSource } from '../../server/sources/kinds.ts'
import { type DovecotServer, startDovecot } from '../helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../helpers/imap/imap-client.ts'
import { imapConfig } from '../helpers/imap/imap.ts'
import { needs } from '../helpers/parts.ts'
import { send, startServer, type TestServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { HOSTILE_IDS } from '../main/fixtures.ts'
import { choose, choseBefore } from './app/settings-page.ts'
import type { DesktopApp } from './app/desktop-app.ts'
import { createMachine, hasKeyring, hasScreen, type Machine } from './app/machine.ts'
import { on } from './app/platform.ts'
import { createPrograms, type Programs } from './app/programs.ts'
import { useScreen } from './app/screen.ts'
import { countIs } from './app/shown-count.ts'

const openScreen = useScreen()

describe.runIf(hasScreen && hasKeyring && on('linux') && needs('xdg-mime'))('a click on a message', () => {
  let machine: Machine
  let programs: Programs
  const ending: (() => Promise<void>)[] = []
  beforeEach(async () => {
    machine = await createMachine(openScreen)
    programs = await createPrograms(machine)
  })
  afterEach(async () => {
    await machine.close()
    for (const end of ending.splice(0)) await end()
  })

  async function appAt({ url }: TestServer): Promise<DesktopApp> {
    const app = await machine.start({ env: programs.env })
    const page = await app.page()
    await page.getByRole('button', { name: 'Connect to server' }).click()
    await page.getByLabel('Server address').fill(url)
    await page.getByLabel('Token').fill('reader')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    return app
  }

  /** A remote server whose messages are pushed by a collector. */
  async function startRemoteServer() {
    const server = await startServer()
    ending.push(server.close)
    const collect = async (...latest: readonly object[]): Promise<void> => {
      const messages = latest.map((message, at) => ({ id: `${at}`, from: 'Kim <kim@example.org>', subject: `message ${at}`, ...message }))
      const { status } = await send(server.port, 'PUT', '/v1/accounts/alice', {
        token: 'feeder',
        body: { unread: messages.length, latest: messages },
      })
      expect(status).toBe(204)
    }
    return { server, collect }
  }

  const starts = (count: number) =>
    until(async () => {
      const started = await programs.started()
      return started.length >= count ? started : undefined
    })

  describe.runIf(needs('dovecot'))('in a mailbox on Dovecot', () => {
    let dovecot: DovecotServer
    beforeEach(async () => {
      dovecot = await startDovecot()
    })
    afterEach(() => dovecot.close())

    async function deliver(subject: string, messageId: string): Promise<void> {
      const client = await connectImap({ port: dovecot.port, user: 'me', password: dovecot.password })
      await client.append('INBOX', rawMessage('From: Lee <lee@example.org>', `Subject: ${subject}`, `Message-ID:\r\n <${messageId}>`))
      client.close()
    }

    test('on its notification, opens that message in the mail program', async () => {
      await programs.installMailProgram('thunderbird')
      await choseBefore(machine, { opensMailIn: 'program' })
      await deliver('old', 'old@example.org')
      const server = await startServer({
        config: { sources: [imapConfig(dovecot)] },
        createSource: (config) => createSource(config, sourceContext),
      })
      ending.push(server.close)
      const app = await appAt(server)
      await countIs(app, 1)
      await deliver('new', 'owner/repo/issues/7+a=$b@example.org')
      await until(async () => (await app.shown()).notifications.at(-1)?.body === 'new')
      await app.clickNotification((await app.shown()).notifications.length - 1)
      expect(await starts(1)).toEqual([['thunderbird', 'mid:owner/repo/issues/7+a=$b@example.org']])
      // The window opens any of them.
      await (await app.page()).getByRole('link', { name: 'old' }).click()
      expect((await starts(2)).at(-1)).toEqual(['thunderbird', 'mid:old@example.org'])
      expect((await app.shown()).openedLinks).toEqual([])
    })
  })

  test('opens only the program if it cannot open one message, or without a Message-ID', async () => {
    await programs.installMailProgram('geary', 'MimeType=x-scheme-handler/mailto;')
    await choseBefore(machine, { opensMailIn: 'program' })
    await programs.install('gtk-launch')
    const { server, collect } = await startRemoteServer()
    await collect({ messageId: 'a@x' }, {})
    const app = await appAt(server)
    const page = await app.page()
    await page.getByRole('link', { name: 'message 0' }).click()
    expect(await starts(1)).toEqual([['gtk-launch', 'geary']])
    await programs.installMailProgram('vireo', 'MimeType=x-scheme-handler/mailto;x-scheme-handler/mid;')
    await page.getByRole('link', { name: 'message 1' }).click()
    expect((await starts(2)).at(-1)).toEqual(['gtk-launch', 'vireo'])
    await page.getByRole('link', { name: 'message 0' }).click()
    expect((await starts(3)).at(-1)).toEqual(['vireo', 'mid:a@x'])
  })

  test('passes a malicious Message-ID to the program or the command as one argument, and to nothing else', async () => {
    await programs.installMailProgram('thunderbird')
    await programs.install('show')
    await choseBefore(machine, { opensMailIn: 'program' })
    const { server, collect } = await startRemoteServer()
    const ids = HOSTILE_IDS
    await collect(...ids.map((messageId) => ({ messageId })))
    const app = await appAt(server)
    const page = await app.page()
    for (const at of ids.keys()) {
      await page.getByRole('link', { name: `message ${at}`, exact: true }).click()
      await starts(at + 1)
    }
    expect(await programs.started()).toEqual(ids.map((messageId) => ['thunderbird', `mid:${messageId}`]))
    await choose(app, { opensMailIn: 'command', mailCommand: 'show id:{messageId} {messageId} {subject}' })
    for (const at of ids.keys()) {
      await page.getByRole('link', { name: `message ${at}`, exact: true }).click()
      await starts(ids.length + at + 1)
    }
    expect((await programs.started()).slice(ids.length)).toEqual(
      ids.map((messageId, at) => ['show', `id:${messageId}`, messageId.replace(/^-+/, ''), `message ${at}`]),
    )
  })

  test('reports in the window that the program cannot be started', async () => {
    await choseBefore(machine, { opensMailIn: 'command', mailCommand: '/nowhere/mutt id:{messageId}' })
    const { server, collect } = await startRemoteServer()
    await collect({ messageId: 'a@x' })
    const page = await (await appAt(server)).page()
    await page.getByRole('link', { name: 'message 0' }).click()
    await page.getByRole('button', { name: 'The email can’t be opened.' }).click()
    await page.getByRole('dialog').getByText('/nowhere/mutt').waitFor()
  })
})

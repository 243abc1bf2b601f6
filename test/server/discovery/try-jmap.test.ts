import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TryStep } from '../../../common/protocol/discovery.ts'
import { tryMailbox } from '../../../server/discovery/try.ts'
import { type CyrusServer, startCyrus } from '../../helpers/imap/cyrus.ts'
import { connectImap, rawMessage } from '../../helpers/imap/imap-client.ts'
import { jmapConfig } from '../../helpers/sources/jmap.ts'
import { needs } from '../../helpers/parts.ts'
import { sourceContext } from '../../helpers/sources/source-context.ts'

describe.runIf(needs('cyrus'))('trying a mailbox over JMAP', () => {
  let cyrus: CyrusServer
  beforeAll(async () => {
    cyrus = await startCyrus()
    const client = await connectImap({ port: cyrus.port, user: 'me', password: cyrus.password })
    await client.append('INBOX', rawMessage('From: Kim <kim@example.org>', 'Subject: one'))
    client.close()
  })
  afterAll(() => cyrus.close())

  it('counts, and reports a wrong password', async () => {
    const steps: TryStep[] = []
    const attempt = (password: string) =>
      tryMailbox(
        jmapConfig(`http://127.0.0.1:${cyrus.httpPort}`, password),
        sourceContext,
        (step) => void steps.push(step),
        AbortSignal.timeout(60_000),
      )
    expect(await attempt(cyrus.password)).toEqual({ ok: true, unread: 1 })
    expect(await attempt('wrong')).toMatchObject({ ok: false, error: { step: 'sign-in', code: 'auth' } })
    expect(steps).toEqual(['sign-in', 'folders', 'sign-in'])
  })
})

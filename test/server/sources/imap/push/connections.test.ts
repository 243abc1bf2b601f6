/** Folders that are watched on additional connections, and folders that are polled, on a scripted server. */
import { describe, expect, test } from 'vitest'
import { type FakeAccount } from '../../../../helpers/imap/fake-account.ts'
import { modifiedUtf7 } from '../../../../helpers/imap/imap-client.ts'
import { until } from '../../../../helpers/until.ts'
import { running, times, THREE, GLOB } from './scripted-folders.ts'

describe('additional connections', () => {
  const FOUR = { ...THREE, Zoo: { unread: 8, total: 8 } }
  const inIdle = ({ sessions }: FakeAccount): string[] =>
    [...sessions]
      .filter(({ idling }) => idling)
      .map(({ selected }) => selected)
      .toSorted()

  test('watch as many folders as are allowed, and only report changes', async () => {
    await using fixture = await running({
      server: { folders: FOUR },
      config: { folders: ['INBOX', 'Work', 'Lists', 'Zoo'], connections: 3 },
    })
    const { fake, shows } = fixture
    await shows('me', 15)
    await until(() => inIdle(fake).join() === 'INBOX,Lists,Work')
    fake.push('Work', { unread: 0, total: 4 })
    await shows('me', 11)
    fake.push('Lists', { unread: 0, total: 2 })
    await shows('me', 9)
  })

  test('do not exist where one is allowed, and the folders are polled at the interval', async () => {
    await using fixture = await running({
      server: { folders: THREE },
      config: { folders: ['INBOX', 'Work'], connections: 1, intervalMs: 30 },
    })
    const { fake, shows } = fixture
    await shows('me', 5)
    fake.set('Work', { unread: 9, total: 9 })
    await shows('me', 10)
    expect(inIdle(fake)).toEqual(['INBOX'])
  })

  test.each([
    'NO [LIMIT] enough',
    'NO [UNAVAILABLE] later',
    'NO Too many simultaneous connections',
    'NO [AUTHENTICATIONFAILED] wrong password',
  ])('that the server refuses with %s are not retried for a long time, and nothing becomes stale', async (refusal) => {
    let logins = 0
    await using fixture = await running({
      server: {
        folders: FOUR,
        overrides: {
          LOGIN: ({ send, tag }) => {
            logins += 1
            send(logins === 1 ? `${tag} OK in` : `${tag} ${refusal}`)
          },
        },
      },
      config: { folders: ['INBOX', 'Work', 'Lists', 'Zoo'], intervalMs: 30 },
      times: { extraPause: 1, extraPauseMax: 1 },
    })
    const { board, fake, states, shows } = fixture
    await shows('me', 15)
    fake.set('Work', { unread: 5, total: 5 })
    await shows('me', 16)
    await until(() => logins >= 2)
    fake.set('Work', { unread: 6, total: 6 })
    await shows('me', 17)
    expect(logins).toBe(2)
    expect(board.get('me')?.status).toBe('ok')
    expect(states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  })

  test('that are lost are reopened, and missed changes are found', async () => {
    await using fixture = await running({
      server: { folders: THREE },
      config: { folders: ['INBOX', 'Work'] },
      times: { extraPause: 20 },
    })
    const { fake, shows } = fixture
    await shows('me', 5)
    const session = await until(() => [...fake.sessions].find(({ selected, idling }) => selected === 'Work' && idling))
    session.socket.destroy()
    fake.set('Work', { unread: 0, total: 4 })
    await shows('me', 1)
  })

  test('start only after the primary one has logged in', async () => {
    await using fixture = await running({
      server: { folders: THREE, overrides: { LOGIN: ({ send, tag }) => send(`${tag} NO [AUTHENTICATIONFAILED] wrong`) } },
      config: { folders: ['INBOX', 'Work', 'Lists'] },
    })
    const { fake, states } = fixture
    await until(() => states.some(({ phase }) => phase === 'stopped'))
    expect(times(fake.commands, 'LOGIN')).toBe(1)
  })
})

describe('polled folders', () => {
  const capabilities = 'IDLE ESEARCH LIST-EXTENDED LIST-STATUS'

  test('are counted in one round trip where the server supports it', async () => {
    await using fixture = await running({ server: { capabilities, folders: THREE }, config: { folders: ['INBOX', 'Lists', 'Work'] } })
    const { fake, shows } = fixture
    await shows('me', 7)
    expect(fake.commands).not.toContain('STATUS')
  })

  test('are counted one by one where it announces that wrongly', async () => {
    await using fixture = await running({
      server: {
        capabilities,
        folders: THREE,
        overrides: {
          LIST: ({ send, tag, args }) =>
            send(...(args.includes('RETURN') ? [`${tag} BAD unknown`] : ['* LIST () "/" INBOX', '* LIST () "/" Work', `${tag} OK done`])),
        },
      },
      config: GLOB,
    })
    const { fake, shows } = fixture
    await shows('me', 5)
    expect(times(fake.commands, 'STATUS')).toBeGreaterThan(0)
  })

  test('take turns where they are many, the changed ones first', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`F${n + 10}`, { unread: 1, total: 1 }]))
    await using fixture = await running({
      server: { folders: { INBOX: { unread: 0, total: 0 }, ...many } },
      config: { folders: ['INBOX', '*'], connections: 2, intervalMs: 5 },
    })
    const { fake, shows } = fixture
    await shows('me', 60)
    for (const name of ['F69', 'F30']) fake.set(name, { unread: 2, total: 2 })
    await shows('me', 62)
  })

  test('may appear and vanish without a push', async () => {
    await using fixture = await running({
      server: { folders: THREE },
      config: { folders: ['*', '!Work'], connections: 1, intervalMs: 20 },
    })
    const { fake, shows, counted } = fixture
    await shows('me', 3)
    fake.set('Zoo', { unread: 8, total: 8 })
    fake.set('Trash', { unread: 99, total: 99, flags: '\\Trash' })
    await shows('me', 11)
    fake.folders.delete('Lists')
    await shows('me', 9)
    expect(counted()).toEqual(['INBOX', 'Zoo'])
  })

  test('are never reported without a renamed one', async () => {
    await using fixture = await running({
      server: { folders: THREE },
      config: { folders: ['*'], connections: 1 },
    })
    const { board, fake, shows } = fixture
    await shows('me', 7)
    const sums = new Set<number | undefined>()
    board.subscribe(() => void sums.add(board.get('me')?.counts?.unread))
    await until(() => [...fake.sessions].some(({ selected, idling }) => selected === 'INBOX' && idling))
    fake.folders.delete('Work')
    fake.set('Done', { unread: 4, total: 4 })
    fake.push('INBOX', { unread: 2, total: 2 })
    await shows('me', 8)
    expect([...sums].filter((sum) => sum !== 7)).toEqual([8])
  })

  test('have names in modified UTF-7, and in UTF-8 where that is enabled', async () => {
    const korean = { INBOX: { unread: 1, total: 1 }, [modifiedUtf7('회의록')]: { unread: 2, total: 2 } }
    await using old = await running({ server: { folders: korean }, config: { folders: ['회의*', 'INBOX'] } })
    await old.shows('me', 3)
    expect(old.counted()).toEqual(['회의록', 'INBOX'])
    const utf8 = Buffer.from('회의록').toString('latin1')
    await using fixture = await running({
      server: {
        capabilities: 'IDLE ESEARCH ENABLE UTF8=ACCEPT LIST-EXTENDED LIST-STATUS',
        folders: { INBOX: { unread: 1, total: 1 }, [utf8]: { unread: 5, total: 5 } },
      },
      config: { folders: ['회의*', 'INBOX'] },
    })
    const { shows, counted, fake } = fixture
    await shows('me', 6)
    expect(counted()).toEqual(['회의록', 'INBOX'])
    expect(fake.commands).toContain('ENABLE')
  })
})

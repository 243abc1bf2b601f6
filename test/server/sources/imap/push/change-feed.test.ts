/** How the changes of all folders arrive, on a scripted server. */
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { until } from '../../../../helpers/until.ts'
import { running, times, THREE, GLOB, NOTIFY, waiting, listings } from './scripted-folders.ts'

describe('NOTIFY', () => {
  const OWN = '(personal (MessageNew MessageExpunge FlagChange MailboxName))'
  test.each([
    [['*'], 7, OWN],
    [['INBOX', 'Work'], 5, '(mailboxes ("INBOX" "Work") (MessageNew MessageExpunge FlagChange))'],
  ])('covers all folders on one connection, without polls: %j', async (folders, sum, group) => {
    await using fixture = await running({ server: { capabilities: NOTIFY, folders: THREE }, config: { folders } })
    const { fake, shows } = fixture
    await shows('me', sum)
    await until(() => waiting(fake))
    fake.push('Work', { unread: 5, total: 5 })
    await shows('me', sum + 1)
    fake.push('INBOX', { unread: 0, total: 1 })
    await shows('me', sum)
    const counting = [...fake.sessions].filter(({ notify }) => notify !== null)
    expect(counting).toHaveLength(1)
    expect(counting[0]?.notify).toBe(`SET (selected (MessageNew MessageExpunge FlagChange)) ${group}`)
  })

  test('is cancelled before it is renewed, where folders of other users change', async () => {
    await using fixture = await running({
      server: {
        capabilities: `${NOTIFY} NAMESPACE`,
        folders: { INBOX: { unread: 1, total: 1 }, 'shared/a': { unread: 2, total: 2 } },
        overrides: { NAMESPACE: ({ send, tag }) => send('* NAMESPACE (("" "/")) NIL (("shared/" "/"))', `${tag} OK done`) },
      },
      config: { folders: ['INBOX', 'shared/*'] },
    })
    const { fake, shows } = fixture
    await shows('me', 3)
    const session = await until(() => waiting(fake))
    fake.set('shared/b', { unread: 4, total: 4 })
    session.send('* LIST () "/" "shared/b"')
    await shows('me', 7)
    const notified = fake.lines.filter((line) => line.startsWith('NOTIFY'))
    const set = (names: string): string =>
      `NOTIFY SET (selected (MessageNew MessageExpunge FlagChange)) (mailboxes (${names}) (MessageNew MessageExpunge FlagChange)) ${OWN}`
    expect(notified).toEqual([set('"shared/a"'), 'NOTIFY NONE', set('"shared/a" "shared/b"')])
  })

  test('of an unknown folder may mean a rename, and causes one LIST', async () => {
    await using fixture = await running({ server: { capabilities: NOTIFY, folders: THREE }, config: GLOB })
    const { fake, shows, counted } = fixture
    await shows('me', 7)
    const session = await until(() => waiting(fake))
    fake.folders.delete('Work')
    fake.set('Done', { unread: 5, total: 5 })
    session.send('* STATUS "Done" (MESSAGES 5 UNSEEN 5)')
    await shows('me', 8)
    expect(counted()).toEqual(['INBOX', 'Lists', 'Done'])
    await until(() => waiting(fake))
    const before = listings(fake)
    for (let n = 0; n < 5; n += 1) session.send('* STATUS "Nowhere" (MESSAGES 5 UNSEEN 5)')
    await until(() => listings(fake) > before)
    await until(() => waiting(fake))
    expect(listings(fake)).toBe(before + 1)
  })

  test('of an excluded folder causes one poll at most', async () => {
    await using fixture = await running({
      server: { capabilities: NOTIFY, folders: { ...THREE, Trash: { unread: 9, total: 9 } } },
      config: GLOB,
    })
    const { fake, shows } = fixture
    await shows('me', 7)
    await until(() => waiting(fake))
    const session = await until(() => waiting(fake))
    fake.push('Trash', { unread: 10, total: 10 })
    // It might be one that was renamed; after that it is known for what it is.
    await until(() => listings(fake) === 2)
    await until(() => session.idling)
    fake.push('Trash', { unread: 11, total: 11 })
    await delay(100)
    expect(listings(fake)).toBe(2)
    fake.push('Work', { unread: 5, total: 5 })
    await shows('me', 8)
  })

  test('reports folders that appear, are renamed and vanish', async () => {
    await using fixture = await running({ server: { capabilities: NOTIFY, folders: THREE }, config: GLOB })
    const { fake, shows, counted } = fixture
    await shows('me', 7)
    const session = await until(() => waiting(fake))
    fake.set('New', { unread: 10, total: 10 })
    session.send('* LIST () "/" "New"')
    await shows('me', 17)
    fake.push('New', { unread: 11, total: 11 })
    await shows('me', 18)
    fake.folders.delete('New')
    fake.set('Newer', { unread: 11, total: 11 })
    session.send('* LIST () "/" "Newer" ("OLDNAME" ("New"))')
    await until(() => counted().includes('Newer'))
    expect(counted()).toEqual(['INBOX', 'Lists', 'Work', 'Newer'])
    fake.folders.delete('Lists')
    session.send('* LIST (\\NonExistent) "/" "Lists"')
    await shows('me', 16)
  })

  test.each([
    ['a glob', GLOB],
    ['paths', { folders: ['INBOX', 'Lists', 'Work'] }],
  ])('is renewed after an overflow: folders chosen by %s', async (_, config) => {
    await using fixture = await running({ server: { capabilities: NOTIFY, folders: THREE }, config })
    const { fake, shows } = fixture
    await shows('me', 7)
    const session = await until(() => waiting(fake))
    session.notify = null
    fake.set('Work', { unread: 0, total: 4 })
    session.send('* OK [NOTIFICATIONOVERFLOW] too much')
    await shows('me', 3)
    await until(() => session.notify !== null)
  })

  test('is optional: the server may refuse it', async () => {
    await using fixture = await running({
      server: {
        capabilities: NOTIFY,
        folders: THREE,
        overrides: { NOTIFY: ({ send, tag }) => send(`${tag} NO [BADEVENT (MessageNew)] no`) },
      },
      config: { folders: ['INBOX', 'Work'] },
    })
    const { fake, shows } = fixture
    await shows('me', 5)
    await until(() => [...fake.sessions].some(({ selected, idling }) => selected === 'Work' && idling))
    fake.push('Work', { unread: 5, total: 5 })
    await shows('me', 6)
    expect(times(fake.commands, 'NOTIFY')).toBe(1)
  })

  test('may send counts of other folders during a command', async () => {
    await using fixture = await running({
      server: {
        capabilities: 'IDLE ESEARCH NOTIFY',
        folders: THREE,
        overrides: {
          STATUS: ({ send, tag, args }) => {
            const lists = args.includes('Lists')
            const [mine, other] = lists ? ['Lists', 'Work'] : ['Work', 'Lists']
            send(`* STATUS ${mine} (MESSAGES 3 UNSEEN ${lists ? 2 : 3})`, `* STATUS ${other} (MESSAGES 900 UNSEEN 900)`, `${tag} OK done`)
          },
        },
      },
      config: { folders: ['INBOX', 'Lists', 'Work'] },
    })
    const { fake, shows } = fixture
    await shows('me', 6)
    await until(() => waiting(fake))
    expect(times(fake.commands, 'STATUS')).toBeLessThanOrEqual(4)
  })
})

test.each([
  ['NOTIFY', NOTIFY, 3],
  ['IDLE on several connections', 'IDLE ESEARCH LIST-EXTENDED LIST-STATUS', 3],
])('an account with push by %s is not polled while nothing changes', async (_, capabilities, connections) => {
  await using fixture = await running({ server: { capabilities, folders: THREE }, config: { ...GLOB, connections } })
  const { fake, shows } = fixture
  await shows('me', 7)
  const isQuiet = (): boolean => [...fake.sessions].filter(({ idling }) => idling).length === (capabilities === NOTIFY ? 1 : 3)
  await until(isQuiet)
  // The follow-up polls are over after a while without a command.
  let before = -1
  await until(async () => {
    const quiet = before === fake.commands.length && isQuiet()
    before = fake.commands.length
    await delay(100)
    return quiet
  })
  await delay(200)
  expect(fake.commands.length).toBe(before)
})

test('a request between two polls starts one, and its deadline ends with it', async () => {
  await using fixture = await running({ times: { requestedAnswer: 400 } })
  const { collector, fake, shows, states } = fixture
  await shows('me', 2)
  await until(() => [...fake.sessions].some(({ idling }) => idling))
  fake.set('INBOX', { unread: 3, total: 3 })
  collector.kick()
  await shows('me', 3)
  await delay(450)
  expect(states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
})

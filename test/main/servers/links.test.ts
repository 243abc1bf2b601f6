import { expect, test } from 'vitest'
import type { Server } from '../../../client/http.ts'
import type { PollAnswer, PollRequest } from '../../../client/poll-loop.ts'
import { createLinks } from '../../../main/servers/links.ts'

interface Poll {
  readonly server: Server
  readonly request: PollRequest
  answer(answer: PollAnswer): Promise<void>
}

function setUp() {
  const polls: Poll[] = []
  let polled = 0
  const links = createLinks({
    createTransport: (server) => (request) =>
      new Promise((resolve) => {
        const answer = async (given: PollAnswer): Promise<void> => {
          resolve(given)
          await new Promise(setImmediate)
        }
        polls.push({ server, request, answer })
      }),
    now: () => 0,
    wallClock: () => 0,
    schedule: () => () => undefined,
    random: () => 0.5,
    onChange: () => undefined,
    onPolled: () => void (polled += 1),
  })
  const last = (): Poll => polls.at(-1) ?? expect.fail('no poll was sent')
  return { links, polls, last, polled: () => polled }
}

const LOCAL = { url: 'http://127.0.0.1:1', token: 'one' }
const AFTER_CRASH = { url: 'http://127.0.0.1:2', token: 'two' }
const counted = (unread: number): PollAnswer => ({
  kind: 'accounts',
  tag: 'e.1',
  accounts: [{ id: 'a', unread, status: 'ok', checkedAt: null }],
})

test('the bundled server is polled once it runs, and its number is shown with the state of its connection', async () => {
  const { links, polls, last } = setUp()
  expect(polls).toHaveLength(0)
  expect(links.servers).toMatchObject([{ id: 'local', kind: 'local', link: { phase: 'connecting' }, accounts: null }])
  links.setLocal(LOCAL)
  expect(last().server).toEqual(LOCAL)
  await last().answer(counted(3))
  expect(links.servers[0]).toMatchObject({ link: { phase: 'live' }, accounts: [{ unread: 3 }] })
})

test('after a crash the old address is not polled, the number is not live, and the new run is polled at once', async () => {
  const { links, polls, last } = setUp()
  links.setLocal(LOCAL)
  await last().answer(counted(3))
  const parked = last()
  links.setLocal(null)
  await parked.answer({ kind: 'failed', problem: { code: 'unreachable', detail: '' } })
  expect(links.servers[0]).toMatchObject({ link: { phase: 'retrying' }, accounts: [{ unread: 3 }] })
  const before = polls.length
  links.probe(true)
  expect(polls).toHaveLength(before)
  links.setLocal(AFTER_CRASH)
  expect(last().server).toEqual(AFTER_CRASH)
  await last().answer(counted(4))
  expect(links.servers[0]).toMatchObject({ link: { phase: 'live' }, accounts: [{ unread: 4 }] })
})

test('sleep aborts every poll; waking polls all servers again, even one that rejected its token', async () => {
  const { links, polls, last } = setUp()
  links.setLocal(LOCAL)
  links.add('https://remote.example', { url: 'https://remote.example', token: 'r' })
  await last().answer({ kind: 'signed-out', problem: { code: 'unauthorized', detail: 'no' } })
  expect(links.servers.map(({ link }) => link.phase)).toEqual(['connecting', 'signed-out'])
  links.stop()
  expect(polls[0]?.request.signal.aborted).toBe(true)
  const before = polls.length
  links.probe(true)
  expect(polls.slice(before).map(({ server }) => server.url)).toEqual([LOCAL.url, 'https://remote.example'])
})

test('a check asks every server again, leaves live ones live, and resolves with whether one has confirmed', async () => {
  const { links, polls, last } = setUp()
  expect(await links.check()).toBe(false)
  links.setLocal(LOCAL)
  await last().answer(counted(3))
  links.add('https://remote.example', { url: 'https://remote.example', token: 'r' })
  const rejected: PollAnswer = { kind: 'signed-out', problem: { code: 'unauthorized', detail: 'no' } }
  await last().answer(rejected)
  const before = polls.length
  const check = links.check()
  expect(links.servers[0]).toMatchObject({ link: { phase: 'live' }, accounts: [{ unread: 3 }] })
  const sent = polls.slice(before).filter(({ request }) => !request.signal.aborted)
  expect(sent.map(({ server }) => server.url)).toEqual([LOCAL.url, 'https://remote.example'])
  await sent[1]?.answer(rejected)
  await sent[0]?.answer({ kind: 'unchanged' })
  expect(await check).toBe(true)
})

test('a removed server is neither polled nor shown', () => {
  const { links, polls } = setUp()
  links.add('https://remote.example:8443', { url: 'https://remote.example:8443/mail', token: 'r' })
  expect(links.servers[1]).toMatchObject({ kind: 'remote', label: 'remote.example:8443' })
  links.remove('https://remote.example:8443')
  expect(polls[0]?.request.signal.aborted).toBe(true)
  expect(links.servers).toHaveLength(1)
})

test('returns the address and token of a server until it is removed', () => {
  const { links } = setUp()
  const remote = { url: 'https://remote.example/mail', token: 'r' }
  expect(links.serverOf('local')).toBeNull()
  links.setLocal(LOCAL)
  links.add('https://remote.example', remote)
  expect([links.serverOf('local'), links.serverOf('https://remote.example'), links.serverOf('other')]).toEqual([LOCAL, remote, null])
  links.setLocal(null)
  links.remove('https://remote.example')
  expect([links.serverOf('local'), links.serverOf('https://remote.example')]).toEqual([null, null])
})

test('a later probe polls again only the servers that have not answered since the first', async () => {
  const { links, polls, last } = setUp()
  links.setLocal(LOCAL)
  links.add('https://remote.example', { url: 'https://remote.example', token: 'r' })
  links.probe(true)
  await last().answer(counted(3))
  const before = polls.length
  links.probe(false)
  expect(polls.slice(before).map(({ server }) => server.url)).toEqual([LOCAL.url])
})

test('the end of every poll is reported', async () => {
  const { links, last, polled } = setUp()
  links.setLocal(LOCAL)
  await last().answer(counted(3))
  await last().answer({ kind: 'unchanged' })
  expect(polled()).toBe(2)
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ActionRequest, type Source, SourceError } from '../../../server/sources/source.ts'
import { actingSource } from '../../helpers/sources/acting-source.ts'
import { send, put, startServer, type TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

let server: TestServer
let requested: ActionRequest[]
let act: NonNullable<Source['act']>
let counts: number

/** One source can act on `alice`; the other only counts `bob`. */
const createSource = ({ name }: { readonly name: string }): Source => ({
  name,
  accounts: [name],
  firstReportMs: 60_000,
  silenceMs: 60_000,
  async run({ report, signal, onKick }) {
    const count = (): void => {
      counts += 1
      void report({ accounts: [{ id: name, unread: 1, ...(name === 'alice' && { actions: ['read', 'delete'] }) }] })
    }
    count()
    onKick(count)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  },
  ...(name === 'alice' && {
    act: (request, signal) => {
      requested.push(request)
      return act(request, signal)
    },
  }),
})

beforeEach(async () => {
  requested = []
  counts = 0
  act = async () => 'done'
  server = await startServer({ config: { sources: [actingSource('alice'), actingSource('bob')] }, createSource })
  await until(() => counts === 2)
})
afterEach(() => server.close())

const post = (path: string, body: string | object = { action: 'read' }, token: string | null = 'actor') =>
  send(server.port, 'POST', path, { token, body })
const failing = (error: Error): void => {
  act = async () => {
    throw error
  }
}

describe('POST /v1/accounts/{id}/messages/{message}', () => {
  it('lets the source act, responds once it has confirmed, and counts again at once', async () => {
    const before = counts
    const message = '7.12.Work/회의 & more?#%'
    const { status, text } = await post(`/v1/accounts/alice/messages/${encodeURIComponent(message)}`, { action: 'delete' })
    expect([status, text]).toEqual([204, ''])
    expect(requested).toEqual([{ account: 'alice', message, action: 'delete' }])
    expect(counts).toBe(before + 1)
  })

  it('reads the id of a message after ~ as base64url', async () => {
    const message = '7.12.Lists/Dev/../회의'
    expect((await post(`/v1/accounts/~YWxpY2U/messages/~${Buffer.from(message).toString('base64url')}`)).status).toBe(204)
    expect(requested).toEqual([{ account: 'alice', message, action: 'read' }])
    const { status, json } = await post('/v1/accounts/alice/messages/~7.12.INBOX')
    expect([status, json()]).toEqual([400, expect.objectContaining({ field: 'message' })])
  })

  it.each(['7.12.Lists/Dev', '7.12.Lists/Dev/2026 회의', '1/read'])(
    'reads %s also where a proxy has decoded its slashes',
    async (message) => {
      const segments = message.split('/').map(encodeURIComponent)
      for (const sent of [segments.join('%2F'), segments.join('/')]) {
        requested = []
        expect((await post(`/v1/accounts/alice/messages/${sent}`)).status).toBe(204)
        expect(requested).toEqual([{ account: 'alice', message, action: 'read' }])
      }
      const { status, headers } = await send(server.port, 'GET', `/v1/accounts/alice/messages/${segments.join('/')}`)
      expect([status, headers['allow']]).toEqual([405, 'POST'])
    },
  )

  it.each(['a/../b', 'a//b', 'a/./b', '/a', 'a/'])('refuses %s, which a proxy may change, in both forms', async (message) => {
    for (const sent of [encodeURIComponent(message), message]) {
      const { status, json } = await post(`/v1/accounts/alice/messages/${sent}`)
      expect([sent, status, json()['field']]).toEqual([sent, 400, 'message'])
    }
    expect(requested).toEqual([])
  })

  it('finds no message without an id', async () => {
    expect((await post('/v1/accounts/alice/messages/')).status).toBe(404)
    expect((await send(server.port, 'GET', '/v1/accounts/alice/messages/')).status).toBe(404)
    expect(requested).toEqual([])
  })

  it('reports that a message is gone, and counts again', async () => {
    act = async () => 'gone'
    const before = counts
    const { status, json } = await post('/v1/accounts/alice/messages/1')
    expect(status).toBe(404)
    expect(json()).toMatchObject({ code: 'not-found', field: 'message' })
    expect(counts).toBe(before + 1)
  })

  it.each([
    [new SourceError('protocol', 'mail refuses a command (NO).'), 502, 'mail-server-refused'],
    [new SourceError('auth', 'mail refuses the login.'), 502, 'mail-server-refused'],
    [new SourceError('network', 'mail cannot be reached.'), 503, 'mail-server-unreachable'],
    [new SourceError('rate', 'mail takes no more just now.', { retryAfterMs: 61_500 }), 503, 'mail-server-unreachable'],
  ])('reports why it failed: %s', async (error, status, code) => {
    failing(error)
    const answer = await post('/v1/accounts/alice/messages/1')
    expect(answer.status).toBe(status)
    expect(answer.json()).toMatchObject({ code, detail: error.message })
    expect(answer.headers['retry-after']).toBe(status === 503 ? (error.code === 'rate' ? '62' : '5') : undefined)
  })

  it('does not sign in again after a rejected sign-in', async () => {
    failing(new SourceError('auth', 'mail refuses the login.'))
    await post('/v1/accounts/alice/messages/1')
    expect((await post('/v1/accounts/alice/messages/2')).status).toBe(502)
    expect(requested).toHaveLength(1)
  })

  it('limits pending actions', async () => {
    const ends: (() => void)[] = []
    act = () => new Promise((resolve) => void ends.push(() => resolve('done')))
    // A proxy may change their order: whichever arrives last is one too many.
    const answers = Array.from({ length: 21 }, (_, i) => post(`/v1/accounts/alice/messages/${i}`))
    const more = await Promise.race(answers)
    expect([more.status, more.json()['code'], more.headers['retry-after']]).toEqual([503, 'too-many-acts', '5'])
    await until(() => ends.length === 1)
    act = async () => 'done'
    ends[0]?.()
    expect((await Promise.all(answers)).filter(({ status }) => status === 204)).toHaveLength(20)
  })

  it('is not available if the source only counts, or there is no source', async () => {
    await put(server.port, 'pushed', 1)
    for (const id of ['bob', 'pushed']) {
      const { status, json } = await post(`/v1/accounts/${id}/messages/1`)
      expect([id, status, json()['code']]).toEqual([id, 409, 'cannot-act'])
    }
  })

  it('requires a token with the scope act that covers the account', async () => {
    expect((await post('/v1/accounts/alice/messages/1', {}, null)).status).toBe(401)
    expect((await post('/v1/accounts/alice/messages/1', {}, 'reader')).status).toBe(403)
    const [hidden, unknown] = [await post('/v1/accounts/bob/messages/1', {}, 'alice'), await post('/v1/accounts/none/messages/1')]
    expect([hidden.status, hidden.text]).toEqual([404, unknown.text])
    expect(requested).toEqual([])
  })

  it.each([
    [{}, 'action'],
    [{ action: 'burn' }, 'action'],
    [{ action: 'read', also: 1 }, 'also'],
    ['{', 'body'],
  ])('names the invalid field of %o', async (body, field) => {
    const { status, json } = await post('/v1/accounts/alice/messages/1', body)
    expect([status, json()['field']]).toEqual([400, field])
  })

  it('responds 404 to an id longer than the limit', async () => {
    expect((await post(`/v1/accounts/alice/messages/${'x'.repeat(1_500)}`)).status).toBe(404)
    expect(requested).toEqual([])
  })

  it('allows no other method', async () => {
    const { status, headers } = await send(server.port, 'GET', '/v1/accounts/alice/messages/1')
    expect([status, headers['allow']]).toEqual([405, 'POST'])
  })
})

describe('POST /v1/accounts/{id}/messages', () => {
  it('lets the source mark all messages read, responds once it has confirmed, and counts again at once', async () => {
    const before = counts
    const { status, text } = await post('/v1/accounts/alice/messages')
    expect([status, text]).toEqual([204, ''])
    expect(requested).toEqual([{ account: 'alice', action: 'read-all' }])
    expect(counts).toBe(before + 1)
  })

  it('reports why it failed', async () => {
    failing(new SourceError('network', 'mail cannot be reached.'))
    const { status, headers, json } = await post('/v1/accounts/alice/messages')
    expect([status, headers['retry-after'], json()]).toEqual([
      503,
      '5',
      expect.objectContaining({ code: 'mail-server-unreachable', detail: 'mail cannot be reached.' }),
    ])
  })

  it('is not available if the source only counts', async () => {
    const { status, json } = await post('/v1/accounts/bob/messages')
    expect([status, json()['code']]).toEqual([409, 'cannot-act'])
  })

  it('requires a token with the scope act that covers the account', async () => {
    expect((await post('/v1/accounts/alice/messages', {}, null)).status).toBe(401)
    expect((await post('/v1/accounts/alice/messages', {}, 'reader')).status).toBe(403)
    const [hidden, unknown] = [await post('/v1/accounts/bob/messages', {}, 'alice'), await post('/v1/accounts/none/messages')]
    expect([hidden.status, hidden.text]).toEqual([404, unknown.text])
    expect(requested).toEqual([])
  })

  it.each([
    [{}, 'action'],
    [{ action: 'delete' }, 'action'],
    [{ action: 'read', also: 1 }, 'also'],
  ])('names the invalid field of %o', async (body, field) => {
    const { status, json } = await post('/v1/accounts/alice/messages', body)
    expect([status, json()['field']]).toEqual([400, field])
    expect(requested).toEqual([])
  })

  it('allows no other method', async () => {
    const { status, headers } = await send(server.port, 'GET', '/v1/accounts/alice/messages')
    expect([status, headers['allow']]).toEqual([405, 'POST'])
  })
})

it('names the possible actions only to a token that allows them', async () => {
  const actionsFor = async (token: string, path: string): Promise<unknown> => {
    const body = (await send(server.port, 'GET', path, { token })).json()
    return (body.accounts?.find(({ id }) => id === 'alice') ?? body)['actions']
  }
  expect(await actionsFor('reader', '/v1/accounts')).toBeUndefined()
  expect(await actionsFor('reader', '/v1/accounts/alice')).toBeUndefined()
  expect(await actionsFor('alice', '/v1/accounts')).toEqual(['read', 'delete'])
  expect(await actionsFor('alice', '/v1/accounts/alice')).toEqual(['read', 'delete'])
  expect(await actionsFor('reader', '/v1/accounts')).toBeUndefined()
})

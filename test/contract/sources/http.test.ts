/** The source contract over a web service that returns a count as JSON, with and without validators. */
import type { HttpSourceConfig } from '../../../server/sources/http-json/config.ts'
import { createHttpSource } from '../../../server/sources/http-json/source.ts'
import { httpConfig } from '../../helpers/sources/http-json.ts'
import { startWeb } from '../../helpers/web/web.ts'
import { type SourceFixture, sourceContract } from './suite.ts'
import { sourceContext } from '../../helpers/sources/source-context.ts'

const HOUR_MS = 3_600_000
const AUTHORIZATION = 'Bearer right'

async function fixtureOf(hasValidators: boolean): Promise<SourceFixture> {
  let unread = 0
  const server = await startWeb((request, response) => {
    if (request.url === '/garbage') return void response.end('<!doctype html>\u0000{"unread": 4}')
    if (request.headers.authorization !== AUTHORIZATION) return void response.writeHead(401).end()
    const etag = `"${unread}"`
    if (hasValidators && request.headers['if-none-match'] === etag) return void response.writeHead(304).end()
    response.writeHead(200, { 'Content-Type': 'application/json', ...(hasValidators && { ETag: etag }) })
    response.end(JSON.stringify({ inbox: { unread } }))
  })
  const source = (change: Partial<HttpSourceConfig> = {}, authorization = AUTHORIZATION) =>
    createHttpSource(
      { ...httpConfig(`${server.origin}/count`, { Authorization: authorization }), pointer: '/inbox/unread', ...change },
      sourceContext,
    )
  return {
    account: 'me',
    source,
    async setUnread(count) {
      unread = count
      await Promise.resolve()
    },
    withWrongCredentials: () => source({}, 'Bearer wrong'),
    goAway: server.stop,
    comeBack: server.start,
    withGarbage: () =>
      Promise.resolve({ source: source({ url: httpConfig(`${server.origin}/garbage`).url }), close: () => Promise.resolve() }),
    onlyKicked: () => source({ intervalMs: HOUR_MS }),
    close: server.stop,
  }
}

sourceContract('a web service with validators', () => fixtureOf(true))
sourceContract('a web service without validators', () => fixtureOf(false))

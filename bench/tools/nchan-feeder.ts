/** What a server of messages needs to follow a table: LISTEN, a query, and a POST for each row that has changed. */
import { Agent, request } from 'node:http'
import { Client } from 'pg'

const [url, listen, query, publish] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: 16 })
const seen = new Map<string, string>()
const client = new Client(url)
client.on('notification', () => void publishChanges())
await client.connect()
await client.query(`LISTEN ${listen}`)
await publishChanges()
console.log('ready')

async function publishChanges(): Promise<void> {
  for (const { id, unread } of (await client.query<{ id: string; unread: string }>(query ?? '')).rows) {
    if (seen.get(id) === unread) continue
    seen.set(id, unread)
    request(`${publish}${id}`, { method: 'POST', agent }, (answer) => answer.resume()).end(`{"unread":${unread}}`)
  }
}

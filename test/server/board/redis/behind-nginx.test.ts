import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { sha256Of } from '../../../../server/auth/tokens.ts'
import { type Chromium, launchChromium } from '../../../helpers/web/chromium.ts'
import { type ServedCommand, serveCommand } from '../../../helpers/cli.ts'
import { type Proxy, startNginx } from '../../../helpers/programs/nginx.ts'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

describe.runIf(needs('redis') && needs('nginx') && needs('chromium'))('two machines behind nginx', () => {
  let redis: TestRedis
  let folder: TemporaryFolder
  let machines: ServedCommand[]
  let proxy: Proxy
  let chromium: Chromium

  beforeEach(async () => {
    redis = await startRedis()
    folder = await temporaryFolder()
    writeFileSync(
      join(folder.path, 'mailbell.yml'),
      `server: { drain: 0s, allowedHosts: [127.0.0.1], trustedProxies: [127.0.0.1] }
redis: { url: "${redis.url}" }
tokens: [{ name: team, hash: "sha256:${sha256Of('team')}", scope: [read, collect], accounts: "*" }]
`,
    )
    const env = { MAILBELL_DATA_DIR: folder.path }
    machines = [await serveCommand(['--port', '0'], env), await serveCommand(['--port', '0'], env)]
    proxy = await startNginx(...machines.map(({ url }) => Number(new URL(url).port)))
    chromium = await launchChromium({ locale: 'en-US' })
  })
  afterEach(async () => {
    await chromium.close()
    await proxy.close()
    await Promise.all(machines.map((machine) => machine.end()))
    await redis.close()
    await folder.remove()
  })

  const put = async (unread: number): Promise<void> => {
    await until(async () => {
      const headers = { authorization: 'Bearer team', 'content-type': 'application/json' }
      const answer = await fetch(`${proxy.url}v1/accounts/alice`, { method: 'PUT', headers, body: JSON.stringify({ unread }) })
      return answer.status === 204
    })
  }
  const shows = async (page: Page, unread: number): Promise<void> => {
    await page.waitForFunction((number) => document.title.startsWith(`(${number})`), unread)
  }

  test('act as one server: the page follows the counts of both, and continues when one is killed', async () => {
    await put(3)
    const page = await chromium.context.newPage()
    await page.goto(`${proxy.url}#token=team`)
    await shows(page, 3)
    for (const unread of [4, 5, 6, 7]) {
      await put(unread)
      await shows(page, unread)
    }
    await machines[0]?.end('SIGKILL')
    await put(8)
    await shows(page, 8)
    await redis.stop()
    await redis.start()
    await put(9)
    await shows(page, 9)
  }, 60_000)
})

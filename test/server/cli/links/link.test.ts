/** The links that `mailbell serve` and `mailbell link` print. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sha256Of } from '../../../../server/auth/tokens.ts'
import { useCommands } from '../../../helpers/cli-folder.ts'

const { inFolder, mailbell, serve } = useCommands()
async function redeem(link: string): Promise<{ status: number; body: { token?: string; code?: string } }> {
  const [base, code] = link.split('#code=')
  const response = await fetch(`${base}v1/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  return { status: response.status, body: (await response.json()) as { token?: string } }
}
const runToken = (): string => JSON.parse(readFileSync(inFolder('run.json'), 'utf8')).token

test('serve prints a link with a code that works once, and the token on a line of its own', async () => {
  const server = await serve('--demo')
  const [first, , token, ...rest] = server.stdout().split('\n')
  const link = first?.replace('Mailbell is at ', '') ?? ''
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]{24}$/)
  expect([token, rest]).toEqual([runToken(), ['']])
  expect(link).not.toContain(token)
  expect(await redeem(link)).toEqual({ status: 200, body: { token } })
  expect(await redeem(link)).toMatchObject({ status: 410, body: { code: 'code-used' } })
})

test('link prints a new link of the server that runs here, and nothing else', async () => {
  const server = await serve('--demo')
  const { code, stdout, stderr } = await mailbell('link')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^\S+#code=[\w-]{24}\n$/)
  expect(stdout.startsWith(`${server.url}/#`)).toBe(true)
  expect(await redeem(stdout.trim())).toEqual({ status: 200, body: { token: server.token } })
  const picture = await mailbell('link', '--qr', '--hours', '168')
  expect(picture.stdout).toMatch(/^\S+#code=\S+\n\n.*█/)
})

test('link needs a token where the server stores only hashes', async () => {
  writeFileSync(inFolder('mailbell.yml'), `tokens: [{ name: desk, hash: "sha256:${sha256Of('of-the-desk')}", accounts: "*" }]\n`)
  const server = await serve()
  expect(server.stdout()).toBe(`Mailbell is at ${server.url}/\n`)
  const without = await mailbell('link')
  expect([without.code, without.stdout, without.stderr]).toEqual([2, '', expect.stringContaining('A token is required')])
  const { stdout } = await mailbell('link', '--token', 'of-the-desk')
  expect(await redeem(stdout.trim())).toEqual({ status: 200, body: { token: 'of-the-desk' } })
  const wrong = await mailbell('link', '--token', 'wrong')
  expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([1, '', expect.stringContaining('made no link')])
})

test('link is for the address that --server names', async () => {
  const server = await serve('--demo')
  const other = server.url.replace('127.0.0.1', 'localhost')
  const { stdout } = await mailbell('link', '--server', `${other}/#code=old`, '--token', server.token)
  expect(stdout).toMatch(new RegExp(`^${other}/#code=[\\w-]{24}\\n$`))
})

test.each([['0'], ['169'], ['1.5'], ['x']])('--hours %s is a usage error', async (hours) => {
  expect((await mailbell('link', '--hours', hours)).code).toBe(2)
})

test('link says so when no server runs here', async () => {
  const { code, stderr } = await mailbell('link')
  expect([code, stderr]).toEqual([1, expect.stringContaining('No server runs')])
})

/** The kinds that get their counts from a program, a web service or a maildrop. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SourceConfig } from '../../../server/sources/kinds.ts'
import { loadConfig } from '../../../server/config/load.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function load(source: string): Promise<SourceConfig | undefined> {
  const path = join(folder, 'mailbell.yml')
  writeFileSync(path, `sources:\n  - { ${source} }\n`)
  const config = await loadConfig({ flags: { config: path }, env: {}, dataDir: '/data', pageDir: null })
  return config.sources[0]
}

describe('command', () => {
  test('has its program beside the config or on the PATH', async () => {
    expect(await load('type: command, account: a, command: [./count.sh, x y]')).toMatchObject({
      command: [join(folder, 'count.sh'), 'x y'],
      folder,
      mode: 'run',
      intervalMs: 30_000,
      timeoutMs: 30_000,
      silenceMs: undefined,
    })
    expect(await load('type: command, command: [count]')).toMatchObject({ command: ['count'], account: undefined })
  })

  test('accepts variables as texts and as secrets', async () => {
    writeFileSync(join(folder, 'token'), 'abc')
    const source = await load('type: command, command: [x], env: { MODE: fast, TOKEN: { file: token } }')
    if (source?.type !== 'command') return expect.unreachable()
    expect(await source.env['MODE']?.read()).toBe('fast')
    expect(await source.env['TOKEN']?.read()).toBe('abc')
  })

  test.each([
    ['command: x.sh', 'sources[0].command: must be [PROGRAM, ARGUMENT, …]; there is no shell, not "x.sh"'],
    ['command: []', 'sources[0].command[0]: is missing; it must be [PROGRAM, ARGUMENT, …]'],
    ['command: [x, 5]', 'sources[0].command[1]: must be [PROGRAM, ARGUMENT, …]; there is no shell, not 5'],
    ['command: [x], mode: loop', 'sources[0].mode: must be run or watch, not "loop"'],
    ['command: [x], silence: 5s', 'sources[0].silence: is for mode: watch'],
    ['command: [x], env: { A=B: c }', 'sources[0].env.A=B: must be the name of a variable'],
    ['command: [x], env: [A]', 'sources[0].env: must be a map of variables, not a list'],
    ['command: [x], env: { A: 5 }', 'sources[0].env.A: must be a text, or a secret'],
  ])('refuses %s', async (keys, words) => {
    await expect(load(`type: command, ${keys}`)).rejects.toThrow(words)
  })
})

describe('http', () => {
  test('accepts an address, a pointer and headers', async () => {
    const source = await load(
      'type: http, account: a, url: "https://example.org/count", pointer: /a/0, headers: { X-Key: { env: K }, Accept: "*/*" }',
    )
    expect(source).toMatchObject({ pointer: '/a/0', intervalMs: 60_000, timeoutMs: 20_000, ca: undefined, allowInsecure: false })
    if (source?.type !== 'http') return expect.unreachable()
    expect(await source.url.read()).toBe('https://example.org/count')
    expect(await source.headers['Accept']?.read()).toBe('*/*')
    expect(JSON.stringify(source)).not.toContain('example.org')
  })

  test.each(['url: "http://localhost:1/"', 'url: "http://10.0.0.1/", allowInsecure: true', 'url: { env: URL }'])(
    'takes %s',
    async (keys) => {
      expect(await load(`type: http, ${keys}`)).toMatchObject({ type: 'http', pointer: '' })
    },
  )

  test.each([
    ['url: "http://example.org/"', 'sources[0].url: must begin with https:// for example.org'],
    ['url: "ftp://example.org/"', 'sources[0].url: must begin with https://'],
    ['url: "https://me:secret@example.org/"', 'sources[0].url: must contain no password'],
    ['url: "https://x/", pointer: unread', 'sources[0].pointer: must be a JSON Pointer such as /unread'],
    ['url: "https://x/", headers: { Host: y }', 'sources[0].headers.Host: must not be a header field that belongs to the connection'],
    ['url: "https://x/", headers: { "a b": y }', 'sources[0].headers.a b: must be the name of a header field'],
    ['url: "https://x/", ca: none.pem', 'sources[0].ca: must be a file that can be read'],
    ['url: "https://x/", interval: 10ms', 'sources[0].interval: must be a time from 1s to 24h'],
  ])('refuses %s', async (keys, words) => {
    await expect(load(`type: http, ${keys}`)).rejects.toThrow(words)
  })
})

describe('pop3', () => {
  const LOGIN = 'type: pop3, account: a, host: mail.example.org, user: a, password: { env: P }'

  test('works over TLS, and is remembered in the data directory', async () => {
    expect(await load(LOGIN)).toMatchObject({ port: 995, security: 'tls', intervalMs: 120_000, dataDir: '/data', pin: undefined })
    expect(await load(`${LOGIN}, security: starttls`)).toMatchObject({ port: 110 })
    expect(await load(`${LOGIN}, security: none, allowInsecure: true`)).toMatchObject({ port: 110, security: 'none' })
  })

  test.each([
    [`${LOGIN}, security: none`, 'sources[0].security: must be tls or starttls for mail.example.org'],
    [LOGIN.replace('user: a', 'user: "a\\r\\nDELE 1"'), 'sources[0].user: must be the name to log in with'],
    [LOGIN.replace('{ env: P }', 'hunter2'), 'do not put the secret itself in this file'],
    [`${LOGIN}, interval: 500ms`, 'sources[0].interval: must be a time from 1s to 24h'],
  ])('refuses %s', async (keys, words) => {
    await expect(load(keys)).rejects.toThrow(words)
  })
})

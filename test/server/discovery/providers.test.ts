import { describe, expect, it } from 'vitest'
import { PROVIDERS } from '../../../server/discovery/providers.ts'
import { isHostName } from '../../../server/discovery/address.ts'
import { candidatesFromTable, providerOfDomain, providerOfHost, providerOfMx } from '../../../server/discovery/table.ts'

const repeated = (values: readonly string[]): string[] => values.filter((value, index) => values.indexOf(value) !== index)

describe('the table of providers', () => {
  it('names each provider, domain and mail exchanger once', () => {
    expect(repeated(PROVIDERS.map(({ id }) => id))).toEqual([])
    expect(repeated(PROVIDERS.flatMap(({ domains }) => domains))).toEqual([])
    expect(repeated(PROVIDERS.flatMap(({ mx }) => mx))).toEqual([])
  })

  it.each(PROVIDERS.map((provider) => [provider.id, provider] as const))('is whole for %s', (_id, provider) => {
    const { name, domains, mx, servers, webUrl, steps, refusal } = provider
    const texts = [name, ...steps.map(({ text }) => text), ...(refusal ? [refusal] : [])]
    for (const { en, ko } of texts) expect([en.trim(), ko.trim()]).toEqual([en, ko])
    for (const text of [...steps.map((step) => step.text), ...(refusal ? [refusal] : [])]) {
      expect(text.en).toMatch(/^[A-Z].+\.$/u)
      expect(text.ko).toMatch(/[가-힣].*\.$/u)
    }
    for (const url of [webUrl, ...steps.flatMap(({ url: at }) => at ?? [])]) expect(new URL(url).protocol).toBe('https:')
    for (const domain of [...domains, ...mx]) expect([isHostName(domain), domain.toLowerCase()]).toEqual([true, domain])
    expect(domains.length + mx.length).toBeGreaterThan(0)
    // A mailbox that can be reached is reached encrypted; one that can't says why.
    expect(servers.length > 0).toBe(refusal === undefined)
    for (const { host, port, signIn, protocol, url } of servers) {
      expect(isHostName(host) || host === '127.0.0.1').toBe(true)
      expect(port).toBeGreaterThan(0)
      expect(signIn.length).toBeGreaterThan(0)
      expect(protocol === 'jmap').toBe(url !== undefined)
      if (url !== undefined) expect(new URL(url).hostname).toBe(host)
      // Whoever takes no usual password says what to do instead.
      if (!signIn.includes('password')) expect(steps.length).toBeGreaterThan(0)
    }
  })

  it('finds a provider by domain, by mail exchanger, and by server', () => {
    expect(providerOfDomain('hanmail.net')?.id).toBe('daum')
    expect(providerOfMx('ASPMX.L.Google.com.')?.id).toBe('google-workspace')
    expect(providerOfMx('example-org.mail.protection.outlook.com')?.id).toBe('microsoft-365')
    expect(providerOfMx('notgoogle.com')).toBeNull()
    expect(providerOfMx('google.com.example.org')).toBeNull()
    expect(providerOfHost('imap.fastmail.com')?.id).toBe('fastmail')
  })

  it('uses the user name that the provider requires', () => {
    const kakao = providerOfDomain('kakao.com')
    const naver = providerOfDomain('naver.com')
    const apple = providerOfDomain('icloud.com')
    expect(apple && candidatesFromTable(apple, 'lee@icloud.com', 'table')).toMatchObject([{ user: 'lee' }])
    expect(kakao && candidatesFromTable(kakao, 'lee@kakao.com', 'table')).toMatchObject([
      { user: 'lee', host: 'imap.kakao.com', origins: ['table'] },
    ])
    expect(naver && candidatesFromTable(naver, 'lee@naver.com', 'table')).toMatchObject([
      { user: 'lee@naver.com', signIn: ['app-password'] },
    ])
  })
})

/** The loopback redirect of a sign-in in the browser (RFC 8252), and the page that it shows: no script, no other origin. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Redirect {
  readonly url: URL
  /** Shows the result in the browser, if that has reached this machine. */
  show(isSignedIn: boolean): void
}

/**
 * Waits for the one redirect with the secret state: as a request, or as the address that a browser on another machine shows.
 * Any port will do (RFC 8252, section 7.3).
 */
export async function listenForRedirect(host: string, state: string) {
  const { promise: arrived, resolve } = Promise.withResolvers<Redirect>()
  let isTaken = false

  function take(address: string, show: Redirect['show'] = () => undefined): boolean {
    const url = isTaken ? null : redirectIn(address, uri, state)
    if (url === null) return false
    isTaken = true
    resolve({ url, show })
    return true
  }

  const server = createServer((request, response) => {
    const { url = '', headers } = request
    const reply = (status: number, body: string): void => {
      response.writeHead(status, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-store',
        Connection: 'close',
      })
      response.end(body)
    }
    if (!url.startsWith('/?') || !take(url, (isSignedIn) => reply(200, pageOf(headers['accept-language'], isSignedIn)))) reply(404, '')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const uri = `http://${host}:${(server.address() as AddressInfo).port}/`
  return {
    uri,
    arrived,
    /** Takes the address at which the browser has ended; false for any other, and for a second one. */
    take: (address: string): boolean => take(address),
    close(): void {
      server.close()
      // The response is short, and on its way.
      setTimeout(() => server.closeAllConnections(), 1_000).unref()
    },
  }
}

/**
 * The redirect to `uri` in a text; null for anything but the answer to this sign-in, which its state tells. A copied address
 * may lack its scheme, and have spaces, line breaks or quotes in or around it.
 */
export function redirectIn(text: string, uri: string, state: string): URL | null {
  const [, query = ''] = /\?([^#"'<>“”‘’]+)/.exec(text.replaceAll(/\s/g, '')) ?? []
  const url = new URL(uri)
  url.search = query
  const get = (name: string): string => url.searchParams.get(name) ?? ''
  return get('state') === state && get('code') + get('error') !== '' ? url : null
}

const WORDS = {
  en: {
    signedIn: 'You are signed in. You can close this page and return to Mailbell.',
    failed: 'You are not signed in. You can close this page; Mailbell shows what to do.',
  },
  ko: {
    signedIn: '로그인되었습니다. 이 창을 닫고 Mailbell로 돌아가세요.',
    failed: '로그인하지 못했습니다. 이 창을 닫으세요. 무엇을 해야 하는지는 Mailbell에 나옵니다.',
  },
}

/** @param languages the browser's `Accept-Language` */
function pageOf(languages: string | undefined, isSignedIn: boolean): string {
  const language = languages?.trim().toLowerCase().startsWith('ko') ? 'ko' : 'en'
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mailbell</title>
<style>
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif }
  main { max-width: 32rem; margin: 20vh auto; padding: 0 1rem }
</style>
<main><h1>Mailbell</h1><p>${WORDS[language][isSignedIn ? 'signedIn' : 'failed']}</p></main>
</html>
`
}

/** The loopback redirect of a sign-in in the browser (RFC 8252), and the page that it shows: no script, no other origin. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Waits for the one request with the code and the secret state. Any port will do (RFC 8252, section 7.3). */
export async function listenForRedirect(host: string, state: string) {
  const { promise: arrived, resolve } = Promise.withResolvers<{ readonly url: URL; show(isSignedIn: boolean): void }>()
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '', uri)
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
    if (url?.pathname !== '/' || url.searchParams.get('state') !== state) return reply(404, '')
    resolve({ url, show: (isSignedIn) => reply(200, pageOf(request.headers['accept-language'], isSignedIn)) })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const uri = `http://${host}:${(server.address() as AddressInfo).port}/`
  return {
    uri,
    /** The full URL that the browser was redirected to, and a function that shows the result there. */
    arrived,
    close(): void {
      server.close()
      // The response is short, and on its way.
      setTimeout(() => server.closeAllConnections(), 1_000).unref()
    },
  }
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

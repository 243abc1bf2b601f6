/** What a browser shows that came by a host name which the server does not answer to. It reveals nothing of the server. */
import type { HeaderList } from '../reply.ts'

export const PAGE_HEADERS: HeaderList = [
  'Content-Type',
  'text/html; charset=utf-8',
  'Content-Security-Policy',
  "default-src 'none'; frame-ancestors 'none'",
]

const WORDS = {
  en: {
    title: 'Mailbell does not answer to this address',
    why: 'A server answers only to names that it knows, so that no other web page can reach it. If this is your server, add the name to its config, and restart it:',
    where:
      'On the same machine, it answers to localhost and 127.0.0.1 with the port on which it listens; another port, as of a container or a tunnel, needs the line above.',
  },
  ko: {
    title: '이 주소로는 Mailbell에 연결할 수 없습니다',
    why: '다른 웹 페이지가 접근하지 못하도록, 서버는 알고 있는 이름으로만 응답합니다. 직접 운영하는 서버라면 설정 파일에 이름을 추가하고 서버를 다시 시작하세요.',
    where:
      '같은 컴퓨터에서는 localhost나 127.0.0.1에 서버의 포트를 붙여 연결할 수 있습니다. 컨테이너나 터널처럼 포트가 다르면 위의 설정이 필요합니다.',
  },
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? '')

/**
 * @param host as the browser sent it
 * @param languages the browser's `Accept-Language`
 */
export function misdirectedPage(host: string, languages: string | undefined): string {
  const language = languages?.trim().toLowerCase().startsWith('ko') ? 'ko' : 'en'
  const { title, why, where } = WORDS[language]
  const name = host.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1')
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Mailbell</title>
<h1>${title}</h1>
<p>${why}</p>
<pre>server: { allowedHosts: [${escape(JSON.stringify(name))}] }</pre>
<p>${where}</p>
</html>
`
}

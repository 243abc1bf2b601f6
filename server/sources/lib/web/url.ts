import { isSecureUrl } from '../../../../common/model/hosts.ts'

/** The address of a web service, or what is wrong with it: "must …". */
export function readServiceUrl(text: string, allowInsecure: boolean): URL | string {
  const url = URL.parse(text)
  if (url === null || !/^https?:\/\//i.test(text)) return 'must begin with https:// (or http://) and name a host'
  if (url.username !== '' || url.password !== '') return 'must contain no password; put it under headers, as Authorization'
  if (!isProtected(url, allowInsecure))
    return `must begin with https:// for ${url.hostname}, because http sends everything in plain text; to accept that, add allowInsecure: true`
  url.hash = ''
  return url
}

export const isProtected = (url: URL, allowInsecure: boolean): boolean => isSecureUrl(url) || (url.protocol === 'http:' && allowInsecure)

/** Where a web service may be asked. */
import { isSecureUrl } from '../../../common/model/hosts.ts'

/**
 * @returns the address, or what is wrong with it: "must …"
 */
export function readServiceUrl(text: string, allowInsecure: boolean): URL | string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return 'must begin with https:// (or http://) and name a host'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'must hold no password; put it under headers, as Authorization'
  if (!isProtected(url, allowInsecure))
    return `must begin with https:// for ${url.hostname}, for everybody on the way reads what is sent otherwise; if you accept that, add allowInsecure: true`
  url.hash = ''
  return url
}

export const isProtected = (url: URL, allowInsecure: boolean): boolean => isSecureUrl(url) || (url.protocol === 'http:' && allowInsecure)

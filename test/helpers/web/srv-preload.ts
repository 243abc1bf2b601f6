/**
 * Loaded into a server under test: the domain mailbell.test names its mail server, on this machine at `MAIL_PORT`, in its DNS.
 * No other domain is known.
 */
import dns, { type SrvRecord } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'

const HOST = 'mail.mailbell.test'
const NOTHING = Object.assign(new Error('ENODATA'), { code: 'ENODATA' })
const hostOf = (name: string): string => (name === HOST ? '127.0.0.1' : name)

Resolver.prototype.resolveSrv = async (name: string): Promise<SrvRecord[]> => {
  if (name !== '_imaps._tcp.mailbell.test') throw NOTHING
  return [{ name: HOST, port: Number(process.env['MAIL_PORT']), priority: 0, weight: 0 }]
}
Resolver.prototype.resolveMx = async () => {
  throw NOTHING
}
const { lookup } = dns
const lookupPromise = dns.promises.lookup
Object.assign(dns, { lookup: (name: string, ...rest: unknown[]) => Reflect.apply(lookup, dns, [hostOf(name), ...rest]) })
Object.assign(dns.promises, {
  lookup: (name: string, ...rest: unknown[]) => Reflect.apply(lookupPromise, dns.promises, [hostOf(name), ...rest]),
})
syncBuiltinESMExports()

/** The keys and channels of a deployment. The braces put all keys into one slot of a cluster. */
export function namesOf(prefix: string) {
  const name = (what: string): string => `{${prefix}}:${what}`
  return {
    meta: name('meta'),
    accounts: name('accounts'),
    confirmed: name('confirmed'),
    collector: name('collector'),
    seeding: name('seeding'),
    /** Channels are not separated by database: two deployments in one Redis need two prefixes. */
    changes: name('changes'),
    code: (hash: string): string => name(`code:${hash}`),
    codesOf: (token: string): string => name(`codes:${token}`),
    machine: (id: string): string => name(`machine:${id}`),
  }
}

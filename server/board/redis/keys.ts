/** The keys and channels of a deployment. The braces put all keys into one slot of a cluster. */
export interface Names {
  readonly meta: string
  readonly accounts: string
  readonly confirmed: string
  readonly collector: string
  readonly seeding: string
  /** Channels are not separated by database: two deployments in one Redis need two prefixes. */
  readonly changes: string
  readonly machine: (id: string) => string
}

export function namesOf(prefix: string): Names {
  const name = (what: string): string => `{${prefix}}:${what}`
  return {
    meta: name('meta'),
    accounts: name('accounts'),
    confirmed: name('confirmed'),
    collector: name('collector'),
    seeding: name('seeding'),
    changes: name('changes'),
    machine: (id) => name(`machine:${id}`),
  }
}

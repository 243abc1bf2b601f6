/** Per-provider settings for behaviour that the standards do not predict; docs/imap-server-quirks.md lists all of it. */
export interface ServerQuirks {
  /** Milliseconds of silence after which the server closes the connection or stops pushing, minus a margin. */
  readonly maxQuietMs: number | undefined
  /** The server shows new messages only after another SELECT. */
  readonly requiresReselect: boolean
}

/** What the connections of an account have learned of its server. */
export interface LearnedQuirks {
  /** Index of the first form of SEARCH that works, in commands/search.ts. */
  searchForm: number
  /** SEARCH does not work after ENABLE IMAP4rev2. */
  avoidsRev2: boolean
  /** Ways to sign in that the server offers and does not know. */
  readonly rejectedSignIns: Set<string>
  /**
   * `suspect`: a connection was lost at LIST-STATUS, so that each folder is asked for once; then it is `retried`. Lost there
   * again, it is `avoided`.
   */
  listStatus: 'works' | 'suspect' | 'retried' | 'avoided'
}

export const createLearnedQuirks = (): LearnedQuirks => ({
  searchForm: 0,
  avoidsRev2: false,
  rejectedSignIns: new Set(),
  listStatus: 'works',
})

/** From the settings that EmailEngine uses with these providers (imap-client.js). */
const PROVIDERS: readonly (Partial<ServerQuirks> & { readonly hosts: RegExp })[] = [
  { hosts: /(?:^|\.)rambler\.ru$/, maxQuietMs: 55_000 },
  { hosts: /(?:^|\.)(?:163|126|188|yeah)\.(?:com|net)$/, maxQuietMs: 55_000, requiresReselect: true },
  { hosts: /(?:^|\.)(?:yahoo\.(?:com|co\.jp)|yahoodns\.net|aol\.com)$/, maxQuietMs: 3 * 60_000 },
  { hosts: /(?:^|\.)naver\.com$/, requiresReselect: true },
]

export function serverQuirksOf(host: string): ServerQuirks {
  const provider = PROVIDERS.find(({ hosts }) => hosts.test(host.toLowerCase()))
  return { maxQuietMs: provider?.maxQuietMs, requiresReselect: provider?.requiresReselect ?? false }
}

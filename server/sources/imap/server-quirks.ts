/**
 * What some servers do that no standard lets one expect, and the setting that meets it. Habits of all kinds of servers,
 * each with its source and what meets it, are in docs/imap-server-quirks.md.
 */
export interface ServerQuirks {
  /** Milliseconds without a word from us after which the server ends the connection, or forgets to tell; less a margin. */
  readonly quietMs: number | undefined
  /** It shows new mails only where the folder is selected anew. */
  readonly reselects: boolean
}

interface Known extends Partial<ServerQuirks> {
  readonly hosts: RegExp
}

/** As the settings of EmailEngine have them, whose author runs them against these providers (imap-client.js). */
const KNOWN: readonly Known[] = [
  { hosts: /(?:^|\.)rambler\.ru$/, quietMs: 55_000 },
  { hosts: /(?:^|\.)(?:163|126|188|yeah)\.(?:com|net)$/, quietMs: 55_000, reselects: true },
  { hosts: /(?:^|\.)(?:yahoo\.(?:com|co\.jp)|yahoodns\.net|aol\.com)$/, quietMs: 3 * 60_000 },
  { hosts: /(?:^|\.)naver\.com$/, reselects: true },
]

export function serverQuirksOf(host: string): ServerQuirks {
  const known = KNOWN.find(({ hosts }) => hosts.test(host.toLowerCase()))
  return { quietMs: known?.quietMs, reselects: known?.reselects ?? false }
}

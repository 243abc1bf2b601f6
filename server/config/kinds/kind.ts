/** What each kind of source adds to the config: its schema, and how what was written becomes what the source gets. */

/** What surrounds one entry of `sources` while it is resolved. */
export interface Surroundings {
  /** The folder of the config file, from which relative paths are taken. */
  readonly folder: string
  /** The name that was written, else the account's id, else one that differs from all others: `sql`, `sql 2`, … */
  readonly name: string
  /** Adds a mistake that stands at this key of the entry: "must be …". */
  mistake(key: string, message: string): void
}

/** The kinds of sources: the only file that knows them all. */
import type { SourceConfig } from '../config.ts'
import type { Source } from './source.ts'
import { createSqlSource } from './sql.ts'

export function createSource(config: SourceConfig): Source {
  switch (config.type) {
    case 'sql':
      return createSqlSource(config)
    case 'imap':
      throw new Error(`${config.name} is of a kind that this server cannot read.`)
  }
}

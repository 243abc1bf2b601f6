/** The kinds of sources: the only file that knows them all. */
import type { SourceConfig } from '../config/types.ts'
import type { Source } from './source.ts'
import { createCommandSource } from './command/source.ts'
import { createCountDirSource } from './count-dir/source.ts'
import { createHttpSource } from './http-json/source.ts'
import { createImapSource } from './imap/source.ts'
import { createJmapSource } from './jmap/source.ts'
import { createMaildirSource } from './maildir/source.ts'
import { createMboxSource } from './mbox/source.ts'
import { createPop3Source } from './pop3/source.ts'
import { createSqlSource } from './sql/source.ts'

export function createSource(config: SourceConfig): Source {
  switch (config.type) {
    case 'sql':
      return createSqlSource(config)
    case 'imap':
      return createImapSource(config)
    case 'jmap':
      return createJmapSource(config)
    case 'pop3':
      return createPop3Source(config)
    case 'command':
      return createCommandSource(config)
    case 'http':
      return createHttpSource(config)
    case 'countdir':
      return createCountDirSource(config)
    case 'maildir':
      return createMaildirSource(config)
    case 'mbox':
      return createMboxSource(config)
  }
}

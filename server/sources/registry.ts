/** The kinds of sources: the only file that knows them all. */
import type { SourceConfig } from '../config.ts'
import type { Source } from './source.ts'
import { createCommandSource } from './command.ts'
import { createCountDirSource } from './count-dir.ts'
import { createHttpSource } from './http-json.ts'
import { createImapSource } from './imap.ts'
import { createJmapSource } from './jmap.ts'
import { createMaildirSource } from './maildir.ts'
import { createMboxSource } from './mbox.ts'
import { createPop3Source } from './pop3.ts'
import { createSqlSource } from './sql.ts'

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

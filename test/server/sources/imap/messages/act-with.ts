import type { MessageAction } from '../../../../../common/protocol/wire.ts'
import type { Source } from '../../../../../server/sources/source.ts'

export const actWith = (source: Source) => (message: string, action: MessageAction) =>
  source.act?.({ account: 'me', message, action }, new AbortController().signal)

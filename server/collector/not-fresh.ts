/** What a source's accounts become while it cannot count them. */
import { notCountedStatus } from '../../common/model/account-errors.ts'
import type { AccountError } from '../../common/protocol/wire.ts'
import type { Board, Update } from '../board/board.ts'
import type { Source } from '../sources/source.ts'

export function createNotFresh(board: Pick<Board, 'get'>, { name }: Pick<Source, 'name'>) {
  /** The number stays; only how far it can be trusted changes. */
  function notFresh(id: string, error: AccountError): Update {
    return { id, status: notCountedStatus(error, board.get(id)?.counts != null), error }
  }

  return {
    notFresh,
    /** The source has an account that it cannot read. */
    unreadable(id: string, reason: string): Update {
      const message = `${name} gives no valid count of this account: ${reason}.`
      const known = board.get(id)
      const update = notFresh(id, { code: 'protocol', message })
      if (!known?.counts || known.checkedAtMs === null) return update
      return { ...update, counts: { ...known.counts, notices: [message] }, checkedAtMs: known.checkedAtMs }
    },
  }
}

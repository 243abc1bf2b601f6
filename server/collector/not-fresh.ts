/** What a source's accounts become while it cannot count them. */
import type { AccountError } from '../../common/protocol/wire.ts'
import type { Board, Update } from '../board/board.ts'
import type { Source } from '../sources/source.ts'

export function createNotFresh(board: Pick<Board, 'get'>, { name }: Pick<Source, 'name'>) {
  /** The number stays; only how far it can be trusted changes. */
  function notFresh(id: string, error: AccountError): Update {
    const needsPerson = error.code === 'auth' || error.code === 'config'
    const hasCounts = board.get(id)?.counts != null
    return { id, status: needsPerson || !hasCounts ? 'error' : 'stale', error }
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

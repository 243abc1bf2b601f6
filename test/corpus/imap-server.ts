/** The IMAP server of a corpus case: correct, apart from what the case says. Passwords are not checked. */
import type { ImapServer } from './case.ts'
import { type LineServer, type Session, startLineServer } from './line-server.ts'

interface Folder {
  readonly unread: readonly number[]
  /** All UIDs, ascending. */
  readonly all: readonly number[]
}

export function startImapServer({ greeting, capabilities, folders, read, answers }: ImapServer): Promise<LineServer> {
  const byName = new Map<string, Folder>(
    Object.entries(folders).map(([name, unread]) => [name, { unread, all: [...unread, ...(read[name] ?? [])].toSorted((a, b) => a - b) }]),
  )
  const isInbox = (name: string): boolean => name.toUpperCase() === 'INBOX'
  const find = (name: string): Folder | undefined => byName.get(isInbox(name) ? 'INBOX' : name)

  function open(session: Session) {
    let selected: Folder = { unread: [], all: [] }
    let idleTag = ''

    function search(tag: string, args: string): void {
      const found = /UNSEEN/i.test(args) ? selected.unread : selected.all
      if (!/RETURN/i.test(args)) session.send(`* SEARCH ${found.join(' ')}`.trimEnd())
      else session.send(`* ESEARCH (TAG "${tag}") UID COUNT ${found.length}${found.length > 0 ? ` ALL ${found.join(',')}` : ''}`)
    }

    function fetch(args: string): void {
      const set = args.split(' ')[0] ?? ''
      for (const uid of selected.all.filter((one) => isInSet(set, one))) {
        const header = `From: Kim <kim@example.org>\r\nSubject: Message ${uid}\r\nMessage-ID: <${uid}@example.org>\r\n\r\n`
        const fields = /HEADER/i.test(args)
          ? ` INTERNALDATE "02-Jan-2026 10:00:${String(uid % 60).padStart(2, '0')} +0000" BODY[HEADER.FIELDS (FROM SUBJECT MESSAGE-ID)]<0> {${header.length}}\r\n${header}`
          : ''
        session.send(
          `* ${selected.all.indexOf(uid) + 1} FETCH (UID ${uid} FLAGS (${selected.unread.includes(uid) ? '' : '\\Seen'})${fields})`,
        )
      }
    }

    function select(tag: string, args: string): void {
      const folder = find(stringsOf(args)[0] ?? '')
      if (!folder) return session.send(`${tag} NO [NONEXISTENT] no such mailbox`)
      selected = folder
      session.send('* FLAGS (\\Seen \\Deleted)', `* ${folder.all.length} EXISTS`, '* OK [UIDVALIDITY 7] ok')
      session.send(`* OK [UIDNEXT ${(folder.all.at(-1) ?? 0) + 1}] ok`, `${tag} OK [READ-ONLY] selected`)
    }

    function status(tag: string, args: string): void {
      const [name = ''] = stringsOf(args)
      const folder = find(name)
      if (!folder) return session.send(`${tag} NO [NONEXISTENT] no such mailbox`)
      const { unread, all } = folder
      session.send(`* STATUS ${quoted(name)} (MESSAGES ${all.length} UNSEEN ${unread.length} UIDNEXT ${(all.at(-1) ?? 0) + 1})`)
      session.send(`${tag} OK done`)
    }

    return (command: string, tag: string): void => {
      const [verb = ''] = command.split(' ', 1)
      const args = command.slice(verb.length + 1)
      switch (verb.toUpperCase()) {
        case 'CAPABILITY':
          session.send(`* CAPABILITY ${capabilities}`)
          break
        case 'LIST':
          if (args.startsWith('"" ""')) session.send('* LIST (\\Noselect) "/" ""')
          else for (const name of byName.keys()) session.send(`* LIST (\\HasNoChildren) "/" ${quoted(name)}`)
          break
        case 'NAMESPACE':
          session.send('* NAMESPACE (("" "/")) NIL NIL')
          break
        case 'SELECT':
        case 'EXAMINE':
          return select(tag, args)
        case 'STATUS':
          return status(tag, args)
        case 'UID':
          if (/^SEARCH/i.test(args)) search(tag, args)
          else if (/^FETCH/i.test(args)) fetch(args.slice('FETCH '.length))
          break
        case 'IDLE':
          idleTag = tag
          return session.send('+ idling')
        case '':
          // DONE has no tag.
          return session.send(`${idleTag} OK done`)
        case 'LOGOUT':
          session.send('* BYE')
          break
        default:
      }
      session.send(`${tag} OK done`)
    }
  }
  return startLineServer(greeting ?? `* OK [CAPABILITY ${capabilities}] ready`, answers, open, true)
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`

/** The strings and atoms of a command's arguments. */
const stringsOf = (args: string): readonly string[] =>
  Array.from(args.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s()]+)/g), ([, text, atom]) => text?.replaceAll(/\\(.)/g, '$1') ?? atom ?? '')

const isInSet = (set: string, uid: number): boolean =>
  set.split(',').some((range) => {
    const [from = 0, to = from] = range.split(':').map((end) => (end === '*' ? Infinity : Number(end)))
    return uid >= Math.min(from, to) && uid <= Math.max(from, to)
  })

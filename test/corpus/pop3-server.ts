/** The POP3 server of a corpus case: correct, apart from what the case says. Passwords are not checked. */
import type { Pop3Server } from './case.ts'
import { type LineServer, type Session, startLineServer } from './line-server.ts'

export function startPop3Server({ greeting, capabilities, first, later, answers }: Pop3Server): Promise<LineServer> {
  /** Sessions that have listed the maildrop. */
  let listed = 0

  function open(session: Session) {
    const ids = listed === 0 ? first : later
    const header = (number: string): readonly string[] => ['From: Kim <kim@example.org>', `Subject: Message ${number}`, '']
    return (command: string): void => {
      const [verb = '', number = ''] = command.split(' ')
      switch (verb.toUpperCase()) {
        case 'CAPA':
          return session.send('+OK', ...capabilities.split(' '), '.')
        case 'STAT':
          return session.send(`+OK ${ids.length} ${ids.length * 100}`)
        case 'LIST':
          return session.send('+OK', ...ids.map((_, at) => `${at + 1} 100`), '.')
        case 'UIDL':
          return session.send('+OK', ...ids.map((id, at) => `${at + 1} ${id}`), '.')
        case 'TOP':
          return session.send('+OK', ...header(number), '.')
        case 'QUIT':
          listed += 1
          session.send('+OK bye')
          return session.end()
        default:
          return session.send('+OK')
      }
    }
  }
  return startLineServer(greeting, answers, open, false)
}

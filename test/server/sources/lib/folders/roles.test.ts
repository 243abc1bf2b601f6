import { describe, expect, test } from 'vitest'
import { chooseFolders } from '../../../../../server/sources/lib/folders/choose.ts'
import { locate } from '../../../../../server/sources/lib/folders/match.ts'
import { NO_NAMESPACES } from '../../../../../server/sources/lib/folders/namespaces.ts'
import { type ListedFolder, roleOf, usesOf } from '../../../../../server/sources/lib/folders/roles.ts'
import { PROVIDER_VIEW_NAMES, USUAL_NAMES, VIEW_NAMES } from '../../../../../server/sources/lib/folders/usual-names.ts'

const listed = (path: string, ...flags: readonly string[]): ListedFolder => ({ path, delimiter: '/', flags: new Set(flags) })

const usesIn = (folders: readonly ListedFolder[]) => usesOf(folders.map((folder) => locate(folder, NO_NAMESPACES)))

const useOf = async (path: string, ...others: readonly ListedFolder[]): Promise<string | undefined> => {
  const folder = listed(path)
  return (await usesIn([folder, ...others])).get(folder)
}

/** What a glob over everything chooses. */
const counted = async (...folders: readonly ListedFolder[]): Promise<readonly string[]> =>
  (await chooseFolders(['*'], folders)).map(({ path }) => path)

describe('a folder whose use the server does not say', () => {
  test.each([
    // Naver, Daum, Nate, Gmail and Outlook
    ['스팸메일함', 'junk'],
    ['스팸편지함', 'junk'],
    ['스팸함', 'junk'],
    ['정크메일', 'junk'],
    ['정크 메일', 'junk'],
    ['보낸메일함', 'sent'],
    ['보낸편지함', 'sent'],
    ['보낸 편지함', 'sent'],
    ['임시보관함', 'drafts'],
    ['임시 보관함', 'drafts'],
    ['지운편지함', 'trash'],
    ['지운 편지함', 'trash'],
    ['휴지통', 'trash'],
    ['보관함', 'archive'],
    ['Spamverdacht', 'junk'],
    ['Gesendete Objekte', 'sent'],
    ['Entwürfe', 'drafts'],
    ['Papierkorb', 'trash'],
    ['Courrier indésirable', 'junk'],
    ['Éléments envoyés', 'sent'],
    ['Corbeille', 'trash'],
    ['Correo no deseado', 'junk'],
    ['Elementos eliminados', 'trash'],
    ['Posta indesiderata', 'junk'],
    ['Cestino', 'trash'],
    ['Lixo Eletrônico', 'junk'],
    ['Rascunhos', 'drafts'],
    ['Ongewenste e-mail', 'junk'],
    ['Prullenbak', 'trash'],
    ['Wysłane', 'sent'],
    ['Kosz', 'trash'],
    ['Отправленные', 'sent'],
    ['Спам', 'junk'],
    ['Чернетки', 'drafts'],
    ['迷惑メール', 'junk'],
    ['送信済みアイテム', 'sent'],
    ['已删除', 'trash'],
    ['垃圾邮件', 'junk'],
    ['寄件備份', 'sent'],
    ['Skräppost', 'junk'],
    ['Slettet post', 'trash'],
    ['Søppelpost', 'junk'],
    ['Roskakori', 'trash'],
    ['Nevyžádaná pošta', 'junk'],
    ['Gönderilmiş Öğeler', 'sent'],
    ['İstenmeyen', 'junk'],
    ['Sent Items', 'sent'],
    ['Deleted Messages', 'trash'],
    ['Junk E-mail', 'junk'],
    ['Bulk', 'junk'],
  ])('%s is known as %s', async (name, use) => {
    expect(await useOf(name)).toBe(use)
    expect(await useOf(`INBOX/${name}`)).toBe(use)
  })

  test.each([
    ['in other letters', 'SENT ITEMS', 'sent'],
    ['in other letters, beyond ASCII', 'GELÖSCHTE ELEMENTE', 'trash'],
    ['in Turkish capitals', 'İSTENMEYEN E-POSTA', 'junk'],
    ['without blanks', 'SentItems', 'sent'],
    ['with hyphens', 'sent-mail', 'sent'],
    ['with underscores', 'deleted_items', 'trash'],
    ['decomposed', '스팸 메일함'.normalize('NFD'), 'junk'],
    ['decomposed, Latin', 'Entwürfe'.normalize('NFD'), 'drafts'],
    ['with marks of direction', '\u200fالمرسلة\u200e', 'sent'],
  ])('is known %s', async (_, name, use) => {
    expect(await useOf(name)).toBe(use)
  })

  test.each([
    'Sent to clients',
    'My Sent',
    'Spam reports',
    'Trash talk',
    'Junkyard',
    'Archive 2024',
    '스팸 신고',
    '보낸 사람',
    '중요',
    'Important',
    'Wichtig',
    'All',
    'Lists/Trash',
    'Kunden/Gesendet',
    '[Other]/Trash',
  ])('is not guessed from a similar name: %s', async (name) => {
    expect(await useOf(name)).toBeUndefined()
    expect(await counted(listed('INBOX'), listed(name))).toEqual(['INBOX', name])
  })

  test.each([
    ['[Gmail]/중요', 'important'],
    ['[Gmail]/별표편지함', 'flagged'],
    ['[Gmail]/전체보관함', 'all'],
    ['[Google Mail]/Wichtig', 'important'],
    ['[Google Mail]/Alle Nachrichten', 'all'],
    ['[Gmail]/Wszystkie', 'all'],
    ['[Gmail]/Destacados', 'flagged'],
    ['[Gmail]/Bin', 'trash'],
    ['[Imap]/Sent', 'sent'],
    ['All Mail', 'all'],
    ['전체메일', 'all'],
  ])('%s shows messages of others, or is the provider’s: %s', async (path, use) => {
    expect(await useOf(path)).toBe(use)
    expect(await counted(listed('INBOX'), listed(path))).toEqual(['INBOX'])
  })
})

describe('what the server says', () => {
  test('comes first: it may use the name otherwise, or have another folder for it', async () => {
    const folders = [listed('INBOX'), listed('Sent', '\\archive'), listed('Papierkorb', '\\trash'), listed('Trash')]
    const uses = await usesIn(folders)
    expect(folders.map((folder) => uses.get(folder))).toEqual(['inbox', 'archive', 'trash', undefined])
    expect(await counted(...folders)).toEqual(['INBOX', 'Trash'])
  })

  test.each([['\\important'], ['\\all'], ['\\flagged'], ['\\allmail'], ['\\starred'], ['\\spam']])(
    'keeps a folder with %s out of a glob',
    async (flag) => {
      expect(await counted(listed('INBOX'), listed('Any', flag), listed('Any/below'))).toEqual(['INBOX'])
      expect((await chooseFolders(['Any'], [listed('Any', flag)])).map(({ path }) => path)).toEqual(['Any'])
    },
  )

  test('has no role for a folder that only shows messages of others', async () => {
    const [important] = await chooseFolders(['[Gmail]/Important'], [listed('[Gmail]/Important', '\\important')])
    expect(important).toMatchObject({ path: '[Gmail]/Important', role: undefined })
    expect([roleOf('important'), roleOf('search'), roleOf('junk')]).toEqual([undefined, undefined, 'junk'])
  })
})

describe('a folder of found messages', () => {
  test('is not counted by a glob where its parent only holds such folders', async () => {
    const folders = [listed('INBOX'), listed('virtual', '\\noselect'), listed('virtual/Unread'), listed('virtual/All/2025')]
    expect(await counted(...folders)).toEqual(['INBOX'])
    expect((await chooseFolders(['virtual/*'], folders)).map(({ path }) => path)).toEqual(['virtual/Unread', 'virtual/All/2025'])
    expect(await counted(listed('INBOX'), listed('검색 폴더', '\\nonexistent'), listed('검색 폴더/안 읽음'))).toEqual(['INBOX'])
  })

  test('is an ordinary one where its parent holds messages, or is not listed', async () => {
    expect(await counted(listed('INBOX'), listed('Virtual'), listed('Virtual/Machines'))).toEqual(['INBOX', 'Virtual', 'Virtual/Machines'])
    expect(await counted(listed('INBOX'), listed('Virtual/Machines'))).toEqual(['INBOX', 'Virtual/Machines'])
  })
})

test('each usual name stands for one use, whatever the language, and is known', async () => {
  const uses = new Map<string, string>()
  for (const [use, byLanguage] of [...Object.entries(USUAL_NAMES), ...Object.entries(VIEW_NAMES)]) {
    for (const name of Object.values(byLanguage).flatMap((names) => names.split(' | '))) {
      expect([name, uses.get(name) ?? use]).toEqual([name, use])
      uses.set(name, use)
      expect([name, await useOf(name)]).toEqual([name, use])
    }
  }
  for (const [use, byLanguage] of Object.entries(PROVIDER_VIEW_NAMES))
    for (const name of Object.values(byLanguage).flatMap((names) => names.split(' | ')))
      expect([name, await useOf(`[Gmail]/${name}`)]).toEqual([name, use])
})

test('names of junk, sent, drafts, trash and archive exist in as many languages', async () => {
  const languages = Object.values(USUAL_NAMES).map((byLanguage) => Object.keys(byLanguage))
  for (const each of languages)
    expect(each).toEqual(
      expect.arrayContaining([
        'ko',
        'en',
        'de',
        'fr',
        'es',
        'it',
        'pt',
        'nl',
        'pl',
        'ru',
        'ja',
        'zh',
        'zh-Hant',
        'sv',
        'da',
        'no',
        'fi',
        'cs',
        'tr',
        'uk',
      ]),
    )
})

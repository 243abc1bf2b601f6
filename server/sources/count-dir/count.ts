/** What the names in an account's directory say: one file, whose name is the number of unread mails. */

export type DirectoryCount = { readonly unread: number } | { readonly problem: string }

/** Names that begin with a dot are other programs': they count for nothing. */
export function countOf(names: readonly string[]): DirectoryCount {
  const files = names.filter((name) => !name.startsWith('.'))
  const [name] = files
  if (name === undefined) return { problem: 'its directory holds no file' }
  if (files.length > 1) return { problem: `its directory holds ${files.length} files, not one` }
  const unread = /^\d{1,16}$/.test(name) ? Number(name) : Number.NaN
  return Number.isSafeInteger(unread) ? { unread } : { problem: 'the file in its directory is not named by a whole number from 0' }
}

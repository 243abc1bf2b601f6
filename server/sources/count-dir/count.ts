export type DirectoryCount = { readonly unread: number } | { readonly reason: string }

/** The count in an account's directory: the name of its one file. Names with a dot first belong to other programs. */
export function countOf(names: readonly string[]): DirectoryCount {
  const files = names.filter((name) => !name.startsWith('.'))
  const [name] = files
  if (name === undefined) return { reason: 'its directory contains no file' }
  if (files.length > 1) return { reason: `its directory contains ${files.length} files, not one` }
  const unread = /^0{0,100}\d{1,16}$/.test(name) ? Number(name) : Number.NaN
  return Number.isSafeInteger(unread) ? { unread } : { reason: 'the file in its directory is not named by a whole number from 0' }
}

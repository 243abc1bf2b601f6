/** JSON Pointer (RFC 6901): the place of a value within a JSON document. */

/** The keys of a pointer; null for what is none. */
export function readPointer(pointer: string): readonly string[] | null {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** What stands there; undefined where nothing does. */
export function valueAt(document: unknown, keys: readonly string[]): unknown {
  let value = document
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined
    if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(key)) return undefined
    value = new Map<string, unknown>(Object.entries(value)).get(key)
  }
  return value
}

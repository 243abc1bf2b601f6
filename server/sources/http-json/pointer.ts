/** JSON Pointer (RFC 6901): the place of a value in a JSON document. */

/** The keys of a pointer; null for an invalid one. */
export function readPointer(pointer: string): readonly string[] | null {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value at these keys, or undefined. */
export function valueAt(document: unknown, keys: readonly string[]): unknown {
  return keys.reduce((value, key) => {
    if (typeof value !== 'object' || value === null || (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(key))) return undefined
    return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
  }, document)
}

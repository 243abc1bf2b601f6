/** Keeps the running sources in step with their configs: a source whose config is unchanged goes on undisturbed. */
import { Secret } from '../auth/secret.ts'
import type { Source } from '../sources/source.ts'

/** Returns the sources of `configs`, in their order; the same object as before where its config is equal. */
export function createSourceSet<Config>(createSource: (config: Config) => Source | Promise<Source>) {
  let present: readonly { readonly config: Config; readonly source: Source }[] = []
  return async (configs: readonly Config[]): Promise<readonly Source[]> => {
    const unclaimed = new Set(present)
    const next = configs.map(async (config) => {
      const known = unclaimed.values().find((each) => isEqual(each.config, config))
      if (known) unclaimed.delete(known)
      return known ?? { config, source: await createSource(config) }
    })
    present = await Promise.all(next)
    return present.map(({ source }) => source)
  }
}

/** Deep equality; a secret is compared by its place, for its value is not visible. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (a instanceof Secret || b instanceof Secret) return a instanceof Secret && b instanceof Secret && a.sameAs(b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const left = Object.entries(a)
  const right = new Map(Object.entries(b))
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isEqual(value, right.get(key)))
}

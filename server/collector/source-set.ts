/** Keeps the running sources in step with their configs: who did not change goes on undisturbed. */
import type { SourceConfig } from '../sources/kinds.ts'
import { Secret } from '../auth/secret.ts'
import type { Source } from '../sources/source.ts'

export interface SourceSet {
  /** The sources of `configs`, in their order; the same object as before where its config says the same. */
  update(configs: readonly SourceConfig[]): readonly Source[]
}

export function createSourceSet(createSource: (config: SourceConfig) => Source): SourceSet {
  let present: readonly { readonly config: SourceConfig; readonly source: Source }[] = []
  return {
    update(configs) {
      const unclaimed = [...present]
      const next = configs.map((config) => {
        const at = unclaimed.findIndex((known) => isSame(known.config, config))
        const [known] = at === -1 ? [] : unclaimed.splice(at, 1)
        return known ?? { config, source: createSource(config) }
      })
      present = next
      return next.map(({ source }) => source)
    },
  }
}

/** Compares what two values say; a secret by where it comes from, for nothing else of it can be seen. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (a instanceof Secret || b instanceof Secret) return a instanceof Secret && b instanceof Secret && a.sameAs(b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const left = Object.entries(a)
  const right = new Map(Object.entries(b))
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)))
}

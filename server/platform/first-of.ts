/** The first of a set, `count` of them at the most, without a copy of all. */
export function firstOf<T>(set: ReadonlySet<T>, count: number): T[] {
  const first: T[] = []
  for (const value of set) {
    if (first.length === count) break
    first.push(value)
  }
  return first
}

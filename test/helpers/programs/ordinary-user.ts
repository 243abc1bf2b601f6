/** Lets permissions of files apply also where the tests run as root. Returns what ends that. */
const NOBODY = 65_534

export function becomeOrdinaryUser(): () => void {
  if (process.geteuid?.() !== 0) return () => undefined
  process.seteuid?.(NOBODY)
  return () => process.seteuid?.(0)
}

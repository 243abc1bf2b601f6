/** `T` read-only to its depth: what zod infers is not, and what travels is never changed. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T

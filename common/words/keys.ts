/** The keys of the words: what may be asked for, and what a language must have. */
import type { en } from './en.ts'

type Written = keyof typeof en

/** The keys of a language with one plural form. */
export type OneForm<Key> = Exclude<Key, `${string}_one`>
export type KeysOneForm = OneForm<Written>

/** What the window asks for: plural forms under their common name. */
export type WordKey = Written extends infer Key ? (Key extends `${infer Name}_one` | `${infer Name}_other` ? Name : Key) : never

/** Keys that have plural forms, and so need a `count`. */
export type PluralKey = Written extends infer Key ? (Key extends `${infer Name}_one` ? Name : never) : never

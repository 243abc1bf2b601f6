/** This Mailbell's folder and version. Built files are in dist/server, as many folders below it as this one is. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE_DIR = fileURLToPath(new URL('../..', import.meta.url))

/** The page, as built; it may not exist. */
export const PAGE_DIR = join(PACKAGE_DIR, 'dist/renderer')

const { version }: { readonly version: string } = JSON.parse(readFileSync(join(PACKAGE_DIR, 'package.json'), 'utf8'))
export const VERSION = version

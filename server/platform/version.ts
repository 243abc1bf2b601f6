/** The version of this Mailbell, from its package.json: two folders up if it is built, one if it is not. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const packageFile = ['../../../package.json', '../../package.json']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url))

export const VERSION = z.object({ version: z.string() }).parse(JSON.parse(packageFile ? readFileSync(packageFile, 'utf8') : '{}')).version

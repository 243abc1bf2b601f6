import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where a path of the config leads: `~/` to the home of who runs the server, anything else from the folder of the config. */
export const placeOf = (path: string, folder: string): string =>
  /^~(?:[/\\]|$)/.test(path) ? join(homedir(), path.slice(1)) : resolve(folder, path)

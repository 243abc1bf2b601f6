/** The compiler writes no executable bit, which `npx mailbell` needs. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'

chmodSync(join(import.meta.dirname, '../dist/server/cli/main.js'), 0o755)

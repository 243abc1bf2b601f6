/** Sets the executable bit, which `npx mailbell` requires and the compiler does not set. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'

chmodSync(join(import.meta.dirname, '../dist/server/cli/main.js'), 0o755)

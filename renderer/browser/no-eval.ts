/** Imported before any schema: zod otherwise tries `new Function`, which the page's policy blocks and Firefox reports in its console. */
import { config } from 'zod'

config({ jitless: true })

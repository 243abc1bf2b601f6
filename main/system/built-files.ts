/** Built files that the app loads. The code of the app is bundled into dist/main, where `import.meta.url` is. */
import { join } from 'node:path'

const DIST = join(import.meta.dirname, '..')

export const PAGE_DIR = join(DIST, 'renderer')
export const PRELOAD_PATH = join(DIST, 'main', 'preload.cjs')
export const FIRST_PAINT_PATH = join(DIST, 'main', 'first-paint.js')
export const WORKER_PATH = join(DIST, 'server', 'worker.js')

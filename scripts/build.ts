/** `npm run build`: checks the types and builds the page, the programs and the manual page into dist, if anything has changed. */
import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorTextOf } from '../common/errors.ts'
import { createBuildStamp } from './build-stamp.ts'

const root = join(import.meta.dirname, '..')
const stamp = createBuildStamp(root)

const before = stamp.current()
if (!stamp.isCurrent()) {
  checkTypes()
  // Without the stack, which is in Vite's code.
  await buildAll().catch((error: unknown) => {
    console.error(`The build failed: ${errorTextOf(error)}`)
    process.exit(1)
  })
  stamp.write(before)
}

async function buildAll(): Promise<void> {
  const [{ build }, { bundleOf, PROGRAMS }, { writeManPage }, { writeNotices }] = await Promise.all([
    import('vite'),
    import('./bundle.ts'),
    import('./manual/man.ts'),
    import('./notices.ts'),
  ])
  await build({ root: join(root, 'renderer'), logLevel: 'warn', plugins: [writeNotices(join(root, 'dist/notices/renderer.txt'))] })
  for (const program of PROGRAMS) await build(bundleOf(program))
  // npm packs the file that `main` names in any case, so Electron's entry is one that keeps the app out of the npm package.
  writeFileSync(join(root, 'dist/desktop.js'), "import './main/main.js'\n")
  // `npx mailbell` requires it.
  chmodSync(join(root, 'dist/server/cli/main.js'), 0o755)
  writeManPage(root)
}

function checkTypes(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

import { existsSync, globSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packApp } from '../helpers/programs/packaged.ts'

const slashed = (path: string): string => path.split(sep).join('/')

describe('the packaged app', () => {
  let app: Awaited<ReturnType<typeof packApp>>
  beforeAll(async () => {
    app = await packApp()
    console.info(`app.asar: ${(app.bytes / 1e6).toFixed(1)} MB`)
  })
  afterAll(() => rm(dirname(app.extractedDir), { recursive: true, force: true }))

  it('contains no sources, maps, tests or docs', () => {
    const unwanted = '**/{*.ts,*.cts,*.mts,*.tsx,*.map,*.md,*.tsbuildinfo}'
    expect(globSync(unwanted, { cwd: app.extractedDir })).toEqual([])
    expect(globSync('**/node_modules/**/{test,tests,docs}', { cwd: app.extractedDir })).toEqual([])
    expect(globSync('**/.*', { cwd: app.extractedDir })).toEqual([])
  })

  it('contains the rasteriser beside the bundles, and no other package', () => {
    const packages = globSync('node_modules/{*,@*/*}/package.json', { cwd: app.extractedDir }).map((path) => slashed(dirname(path)))
    expect(packages.toSorted()).toEqual([
      expect.stringMatching(/^node_modules\/@resvg\/resvg-js$/),
      expect.stringMatching(/^node_modules\/@resvg\/resvg-js-/),
    ])
    expect(existsSync(join(app.extractedDir, 'dist/server/cli'))).toBe(false)
  })

  it('starts with the file that its package.json names', () => {
    const { main } = JSON.parse(readFileSync(join(app.extractedDir, 'package.json'), 'utf8'))
    const entry = join(app.extractedDir, main)
    expect(readFileSync(entry, 'utf8')).toBe("import './main/main.js'\n")
  })

  it('includes the licence next to the app', () => {
    expect(readFileSync(join(dirname(app.asarPath), 'LICENSE'), 'utf8')).toContain('MIT License')
  })

  it('leaves the native rasteriser in a file that the system can load', () => {
    expect(globSync('app.asar.unpacked/node_modules/@resvg/*/*.node', { cwd: dirname(app.asarPath) })).toHaveLength(1)
  })

  it('names the installed .desktop file, which badge and window are matched by', () => {
    const { desktopName } = JSON.parse(readFileSync(join(app.extractedDir, 'package.json'), 'utf8'))
    expect(desktopName).toBe('org.mailbell.Mailbell.desktop')
    expect(existsSync(join(dirname(app.asarPath), '../mailbell'))).toBe(true)
  })

  it.each(['package.json', 'dist/server/worker.js', 'dist/main/preload.cjs', 'dist/renderer/index.html', 'dist/notices/server.txt'])(
    'holds %s',
    (path) => {
      expect(existsSync(join(app.extractedDir, path))).toBe(true)
    },
  )
})

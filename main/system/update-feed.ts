/** Where updates come from: the packager writes `app-update.yml` beside the app. */
import type { App } from 'electron'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { installationOf, installsUpdates } from './installation.ts'
import type { Log } from './log.ts'
import type { UpdateClient } from './updater.ts'

export interface UpdateFeed {
  /** Null in development, and for a build without a feed. */
  readonly client: UpdateClient | null
  readonly installs: boolean
  /** Shows new versions in a browser; null if the feed names no such page. */
  readonly releasesPage: string | null
  /** The folder of downloaded updates. */
  readonly cacheDir: string | null
}

const Feed = z.union([
  z.object({ provider: z.literal('github'), owner: z.string().regex(/^[\w-]+$/), repo: z.string().regex(/^[\w.-]+$/) }),
  z.object({ provider: z.literal('generic'), url: z.url({ protocol: /^https?$/ }) }),
])

const NO_FEED: UpdateFeed = { client: null, installs: false, releasesPage: null, cacheDir: null }

export interface UpdateFeedDeps {
  readonly app: Pick<App, 'isPackaged'>
  readonly resourcesPath: string
  readonly platform: NodeJS.Platform
  readonly env: NodeJS.ProcessEnv
  readonly log: Log
}

export async function openUpdateFeed({ app, resourcesPath, platform, env, log }: UpdateFeedDeps): Promise<UpdateFeed> {
  const text = app.isPackaged ? await readFile(join(resourcesPath, 'app-update.yml'), 'utf8').catch(() => null) : null
  if (text === null) return NO_FEED
  // CommonJS; loaded only if it is needed.
  const { autoUpdater } = (await import('electron-updater')).default
  autoUpdater.disableWebInstaller = true
  autoUpdater.logger = { info: () => undefined, warn: (line) => log.warn({ line: String(line) }, 'updates'), error: () => undefined }
  return {
    client: autoUpdater,
    installs: installsUpdates(installationOf(app.isPackaged, env), platform),
    releasesPage: releasesPageOf(text),
    cacheDir: cacheDirOf(text, platform, env),
  }
}

/** Null if the feed names no page that a browser can show. */
export function releasesPageOf(feed: string): string | null {
  const { data } = Feed.safeParse(parse(feed))
  if (!data) return null
  return data.provider === 'github' ? `https://github.com/${data.owner}/${data.repo}/releases/latest` : data.url
}

const Cache = z.object({ updaterCacheDirName: z.string().regex(/^[\w-]+$/) })

/** The same path as electron-updater's. */
function cacheDirOf(feed: string, platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string | null {
  const name = Cache.safeParse(parse(feed)).data?.updaterCacheDirName
  if (name === undefined) return null
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), name)
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', name)
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), name)
}

/** Single instance: a second start hands its arguments to the first one and exits. The system hands over URLs the same way. */
import type { App } from 'electron'
import { resolve } from 'node:path'
import { z } from 'zod'
import { installationOf, registersLinks } from './installation.ts'
import { type LaunchArguments, parseLaunchArguments } from './launch-arguments.ts'

export interface InstanceDeps {
  readonly app: Pick<App, 'isPackaged' | 'getAppPath' | 'requestSingleInstanceLock' | 'on' | 'setAsDefaultProtocolClient'>
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly argv: readonly string[]
  readonly printError: (line: string) => void
  /** A later start, or a link that was opened, also before the app is ready. */
  readonly onLaunch: (launch: LaunchArguments) => void
}

/** How this process goes on: as the running app, or by exiting. */
export type Instance = { readonly kind: 'run'; readonly launch: LaunchArguments } | { readonly kind: 'exit'; readonly code: number }

const NO_OPTIONS: LaunchArguments = { settings: false, check: false, quit: false, hidden: false, urls: [] }
/** The `argv` of the event also holds switches that Chromium added; `given` is what the second start received. */
const SecondInstanceData = z.object({ given: z.array(z.string().max(4096)).max(64) })

export function claimInstance({ app, platform, env, argv, printError, onLaunch }: InstanceDeps): Instance {
  const given = ownArguments(argv, app)
  const parsed = parseLaunchArguments(given)
  if (!parsed.ok) printError(parsed.message)
  const isFirst = app.requestSingleInstanceLock({ given: parsed.ok ? [...given] : ['--hidden'] })
  if (!isFirst) return { kind: 'exit', code: parsed.ok ? 0 : 2 }
  // The first instance runs in spite of an unknown argument, since a system may add one of its own.
  const launch = parsed.ok ? parsed.launch : NO_OPTIONS
  if (launch.quit) return { kind: 'exit', code: 0 }

  app.on('second-instance', (_event, _argv, _folder, data) => {
    const received = SecondInstanceData.safeParse(data)
    const later = parseLaunchArguments(received.success ? received.data.given : [])
    onLaunch(later.ok ? later.launch : NO_OPTIONS)
  })
  // macOS hands over URLs by itself, possibly before the app is ready.
  app.on('open-url', (event, url) => {
    event.preventDefault()
    onLaunch({ ...NO_OPTIONS, urls: [url] })
  })
  if (registersLinks(installationOf(app.isPackaged, env), platform)) app.setAsDefaultProtocolClient('mailbell')
  return { kind: 'run', launch }
}

/** Those after the program or, in development, after the app's path; Electron's own arguments stand before that. */
function ownArguments(argv: readonly string[], app: InstanceDeps['app']): readonly string[] {
  if (app.isPackaged) return argv.slice(1)
  const own = argv.findIndex((text, index) => index > 0 && resolve(text) === resolve(app.getAppPath()))
  return argv.slice(own === -1 ? 2 : own + 1)
}

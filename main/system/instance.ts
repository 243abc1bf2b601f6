/** One instance: a second start hands its arguments to the first, and ends. A link of the system comes the same way. */
import type { App } from 'electron'
import { resolve } from 'node:path'
import { z } from 'zod'
import { parseLaunchArguments, type LaunchArguments } from './arguments.ts'

export interface Instance {
  /** Null where this start is to end with `exitCode`. */
  readonly launch: LaunchArguments | null
  readonly exitCode: number
  /** From now on `heed` hears what later starts and links wish, and at once what has come already. */
  begin(heed: (wishes: LaunchArguments) => void): void
}

export interface InstanceDeps {
  readonly app: Pick<App, 'isPackaged' | 'getAppPath' | 'requestSingleInstanceLock' | 'on' | 'setAsDefaultProtocolClient'>
  readonly platform: NodeJS.Platform
  readonly argv: readonly string[]
  readonly printError: (line: string) => void
}

const NO_OPTIONS: LaunchArguments = { settings: false, check: false, quit: false, hidden: false, links: [] }
/** Chromium puts its own switches among the arguments that it tells of; what is handed over here comes as it was given. */
const SecondInstanceData = z.object({ given: z.array(z.string().max(4096)).max(64) })

export function claimInstance({ app, platform, argv, printError }: InstanceDeps): Instance {
  let early: LaunchArguments[] = []
  let heed: ((wishes: LaunchArguments) => void) | null = null
  const hear = (wishes: LaunchArguments): void => (heed ? heed(wishes) : void (early = [...early, wishes]))

  const given = argumentsOf(argv, app)
  const parsed = parseLaunchArguments(given)
  if (!parsed.ok) printError(parsed.message)
  const isFirst = app.requestSingleInstanceLock({ given: parsed.ok ? [...given] : ['--hidden'] })
  // A second start has said what it had to say; a first one goes on, for a system may add an argument of its own.
  if (!isFirst) return { launch: null, exitCode: parsed.ok ? 0 : 2, begin: () => undefined }
  const wishes = parsed.ok ? parsed.launch : NO_OPTIONS
  if (wishes.quit) return { launch: null, exitCode: 0, begin: () => undefined }

  app.on('second-instance', (_event, _argv, _folder, data) => {
    const told = SecondInstanceData.safeParse(data)
    const later = parseLaunchArguments(told.success ? told.data.given : [])
    hear(later.ok ? later.launch : NO_OPTIONS)
  })
  // macOS hands links over by itself, and may do so before the app is ready.
  app.on('open-url', (event, url) => {
    event.preventDefault()
    hear({ ...NO_OPTIONS, links: [url] })
  })
  // A copy that was not installed must not take the links from the one that is.
  // On Linux the package's .desktop file says whose the links are. There Electron would ask xdg-settings, which on some
  // desktops gives the app text/html as well (https://github.com/electron/electron/issues/20382).
  if (app.isPackaged && platform !== 'linux') app.setAsDefaultProtocolClient('mailbell')

  return {
    launch: wishes,
    exitCode: 0,
    begin(listener) {
      heed = listener
      for (const waiting of early) listener(waiting)
      early = []
    },
  }
}

/** Behind the program and, where it is not packaged, behind the path of the app and what Electron was given before that. */
function argumentsOf(argv: readonly string[], app: InstanceDeps['app']): readonly string[] {
  if (app.isPackaged) return argv.slice(1)
  const own = argv.findIndex((text, index) => index > 0 && resolve(text) === resolve(app.getAppPath()))
  return argv.slice(own === -1 ? 2 : own + 1)
}

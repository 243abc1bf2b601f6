/** Pure: the command-line arguments of a start, the first one or one while the app runs. */
import { isMailbellUrl } from '../../common/model/invitation.ts'

export interface LaunchArguments {
  readonly settings: boolean
  readonly check: boolean
  readonly quit: boolean
  /** Opens no window, as at login. */
  readonly hidden: boolean
  /** `mailbell:` URLs, unparsed. */
  readonly urls: readonly string[]
}

const OPTIONS = ['--settings', '--check', '--quit', '--hidden']
/**
 * Switches of Chromium, Electron and the systems: far too many to list all. These are the ones that people and desktops pass
 * to an app like this one.
 */
const PLATFORM_SWITCHES =
  /^--(?:no-sandbox|user-data-dir|lang|(?:no-)?proxy-|ozone-platform|(?:en|dis)able-|force-|use-|ignore-|in-process-gpu|gtk-version|password-store|class|inspect|remote-debugging-|log-|v$|v=|vmodule|trace-|original-process-start-time|allow-file-access-from-files|processStart|squirrel-)/
/** Added by macOS and Windows (`-psn_0_1`, `-ToastActivated`). */
const SINGLE_DASH = /^-(?!-)/

/** @param args those after the program */
export function parseLaunchArguments(
  args: readonly string[],
): { readonly ok: true; readonly launch: LaunchArguments } | { readonly ok: false; readonly message: string } {
  const unknown = args.find(
    (text) => !OPTIONS.includes(text) && !isMailbellUrl(text) && !PLATFORM_SWITCHES.test(text) && !SINGLE_DASH.test(text),
  )
  if (unknown !== undefined) {
    const printable = unknown.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 100)
    return { ok: false, message: `mailbell: unknown argument "${printable}"; use ${OPTIONS.join(', ')} or a mailbell: link.` }
  }
  const has = (name: string): boolean => args.includes(name)
  const options = { settings: has('--settings'), check: has('--check'), quit: has('--quit'), hidden: has('--hidden') }
  return { ok: true, launch: { ...options, urls: args.filter(isMailbellUrl) } }
}

/** What is left for the system: switches, and the path of the app in development. */
export const withoutOptions = (args: readonly string[]): readonly string[] =>
  args.filter((text) => !OPTIONS.includes(text) && !isMailbellUrl(text))

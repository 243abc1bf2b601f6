/** Pure: what somebody asks of the app by the arguments of its start, the first one or one while it runs. */
import { isLink } from '../../common/model/invitation.ts'

export interface LaunchArguments {
  readonly settings: boolean
  readonly check: boolean
  readonly quit: boolean
  /** Shows nothing by itself, as at login. */
  readonly hidden: boolean
  /** `mailbell:` links, as they came. */
  readonly links: readonly string[]
}

export type ParsedArguments = { readonly ok: true; readonly launch: LaunchArguments } | { readonly ok: false; readonly message: string }

const OPTIONS = ['--settings', '--check', '--quit', '--hidden']
/**
 * What Chromium, Electron and the systems understand or add is theirs, and far too much to list; these are what people
 * and desktops give an app like this one.
 */
const PLATFORM_SWITCHES =
  /^--(?:no-sandbox|user-data-dir|lang|(?:no-)?proxy-|ozone-platform|(?:en|dis)able-|force-|use-|ignore-|in-process-gpu|gtk-version|password-store|class|inspect|remote-debugging-|log-|v$|v=|vmodule|trace-|original-process-start-time|allow-file-access-from-files|processStart|squirrel-)/
/** macOS and Windows add such of their own (`-psn_0_1`, `-ToastActivated`). */
const SINGLE_DASH = /^-(?!-)/

/** @param args what stands behind the program. */
export function parseLaunchArguments(args: readonly string[]): ParsedArguments {
  const unknown = args.find((text) => !OPTIONS.includes(text) && !isLink(text) && !PLATFORM_SWITCHES.test(text) && !SINGLE_DASH.test(text))
  if (unknown !== undefined) {
    const printable = unknown.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 100)
    return {
      ok: false,
      message: `mailbell: "${printable}" is nothing that Mailbell understands; there are ${OPTIONS.join(', ')} and mailbell: links.`,
    }
  }
  const has = (name: string): boolean => args.includes(name)
  return {
    ok: true,
    launch: {
      settings: has('--settings'),
      check: has('--check'),
      quit: has('--quit'),
      hidden: has('--hidden'),
      links: args.filter(isLink),
    },
  }
}

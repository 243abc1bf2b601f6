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

export type ParsedArguments = { readonly ok: true; readonly wishes: LaunchArguments } | { readonly ok: false; readonly message: string }

const OURS = ['--settings', '--check', '--quit', '--hidden']
/**
 * What Chromium, Electron and the systems understand or add is theirs, and far too much to list; these are what people
 * and desktops give an app like this one.
 */
const THEIRS =
  /^--(?:no-sandbox|user-data-dir|lang|(?:no-)?proxy-|ozone-platform|(?:en|dis)able-|force-|use-|ignore-|in-process-gpu|gtk-version|password-store|class|inspect|remote-debugging-|log-|v$|v=|vmodule|trace-|original-process-start-time|allow-file-access-from-files|processStart|squirrel-)/
/** macOS and Windows add such of their own (`-psn_0_1`, `-ToastActivated`). */
const SYSTEMS = /^-(?!-)/

/** @param given what stands behind the program. */
export function parseArguments(given: readonly string[]): ParsedArguments {
  const unknown = given.find((text) => !OURS.includes(text) && !isLink(text) && !THEIRS.test(text) && !SYSTEMS.test(text))
  if (unknown !== undefined) {
    const named = unknown.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 100)
    return {
      ok: false,
      message: `mailbell: "${named}" is nothing that Mailbell understands; there are ${OURS.join(', ')} and mailbell: links.`,
    }
  }
  const has = (name: string): boolean => given.includes(name)
  return {
    ok: true,
    wishes: {
      settings: has('--settings'),
      check: has('--check'),
      quit: has('--quit'),
      hidden: has('--hidden'),
      links: given.filter(isLink),
    },
  }
}

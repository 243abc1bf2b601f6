/** The platform that the stand-in plays in this run: each of the three for the specs in platforms/ (vitest.config.ts). */
import type { Platform } from '../host/scenario.ts'

const PLATFORMS: readonly string[] = ['linux', 'win32', 'darwin'] satisfies readonly Platform[]
const isPlatform = (name: string): name is Platform => PLATFORMS.includes(name)

const chosen = process.env['TEST_PLATFORM'] ?? process.platform

export const platform: Platform = isPlatform(chosen) ? chosen : 'linux'
/** This machine's own. */
export const isOwnPlatform = platform === process.platform
/** For specs that make no sense elsewhere. */
export const on = (...platforms: readonly Platform[]): boolean => platforms.includes(platform)

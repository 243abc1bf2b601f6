import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { claimInstance, type InstanceDeps } from '../../../main/system/instance.ts'

/** The first instance of an installed app. */
function installed(platform: NodeJS.Platform, isPackaged: boolean, env = {}): { readonly registered: readonly string[] } {
  const registered: string[] = []
  const app = Object.assign(new EventEmitter(), {
    isPackaged,
    getAppPath: () => '/opt/Mailbell/resources/app.asar',
    requestSingleInstanceLock: () => true,
    setAsDefaultProtocolClient: (scheme: string) => registered.push(scheme) > 0,
  }) as unknown as InstanceDeps['app']
  claimInstance({ app, platform, env, argv: ['/opt/Mailbell/mailbell'], printError: () => undefined, onLaunch: () => undefined })
  return { registered }
}

test('the installed app registers its link scheme, and never replaces the browser; on Linux its package does this', () => {
  expect(installed('win32', true).registered).toEqual(['mailbell'])
  expect(installed('darwin', true).registered).toEqual(['mailbell'])
  expect(installed('linux', true).registered).toEqual([])
  expect(installed('win32', false).registered).toEqual([])
})

test('the portable program leaves the links to an installed app: it is gone after the run', () => {
  expect(installed('win32', true, { PORTABLE_EXECUTABLE_FILE: 'E:\\Mailbell.exe' }).registered).toEqual([])
})

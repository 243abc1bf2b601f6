import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { claimInstance, type InstanceDeps } from '../../../main/system/instance.ts'

/** An app that was installed, as the first of its kind on this machine. */
function installed(platform: NodeJS.Platform, isPackaged: boolean): { readonly taken: readonly string[] } {
  const taken: string[] = []
  const app = Object.assign(new EventEmitter(), {
    isPackaged,
    getAppPath: () => '/opt/Mailbell/resources/app.asar',
    requestSingleInstanceLock: () => true,
    setAsDefaultProtocolClient: (scheme: string) => taken.push(scheme) > 0,
  }) as unknown as InstanceDeps['app']
  claimInstance({ app, platform, argv: ['/opt/Mailbell/mailbell'], printError: () => undefined, onLaunch: () => undefined })
  return { taken }
}

test('links become the installed app’s, but on Linux only by its package: the browser is never taken over', () => {
  expect(installed('win32', true).taken).toEqual(['mailbell'])
  expect(installed('darwin', true).taken).toEqual(['mailbell'])
  expect(installed('linux', true).taken).toEqual([])
  expect(installed('win32', false).taken).toEqual([])
})

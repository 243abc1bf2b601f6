import type { WebPreferences } from 'electron'

/**
 * Checklist 2, 3, 4, 6, 8, 9, 10: the page has no access to Node or Electron except through the preload.
 * Most are defaults, written out so that a change of a default, or of these, is noticed.
 */
export const WEB_PREFERENCES = {
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  contextIsolation: true,
  sandbox: true,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  spellcheck: false,
} as const satisfies WebPreferences

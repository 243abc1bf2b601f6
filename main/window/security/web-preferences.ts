import type { WebPreferences } from 'electron'

/**
 * Checklist 2, 3, 4, 6, 8, 9, 10: the window's page gets nothing of Node or Electron but what the preload names.
 * Most of it is the default; it is written out so that a change of a default, or of ours, is seen.
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

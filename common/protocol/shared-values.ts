/** The values of the settings that the window and the page share, without schemas: the page reads them before its first paint. */
export const SHARED_VALUES = {
  language: ['system', 'en', 'ko'],
  theme: ['system', 'light', 'dark'],
  notifications: [false, true],
  /** What a notification shows of a message: sender and subject, only its account, or only that there is one. */
  notificationText: ['mail', 'account', 'nothing'],
} as const

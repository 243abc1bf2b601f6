/** The words of the settings and of the first page in English. */
export const settingsEn = {
  failLocked: 'The passwords are locked. Type your passphrase first.',
  failWrongPassphrase: 'This is not the passphrase.',
  failShortcutTaken: 'Another program has this shortcut, or the system does not allow it. The one before still holds.',
  failBadFile: 'This is no file of settings from Mailbell, or it was damaged. Nothing was changed.',
  failNewerFile: 'This file is from a newer Mailbell. Update this one first. Nothing was changed.',
  noticeShortcut: 'The shortcut {{shortcut}} could not be had: another program has it. Choose another in the settings.',
} as const

/** A profile of Thunderbird as text. */
export const preferencesText = (preferences: Readonly<Record<string, string | number | boolean>>): string =>
  [
    '// Mozilla User Preferences',
    '',
    ...Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`),
    '',
  ].join('\r\n')

export const imapAccount = (number: number, server: Readonly<Record<string, string | number | boolean>>, email?: string) => ({
  [`mail.account.account${number}.server`]: `server${number}`,
  ...(email !== undefined && {
    [`mail.account.account${number}.identities`]: `id${number},id99`,
    [`mail.identity.id${number}.useremail`]: email,
  }),
  [`mail.server.server${number}.type`]: 'imap',
  ...Object.fromEntries(Object.entries(server).map(([key, value]) => [`mail.server.server${number}.${key}`, value])),
})

export const ALICE = imapAccount(
  1,
  { hostname: 'imap.example.org', port: 993, socketType: 3, userName: 'alice', authMethod: 3 },
  'alice@example.org',
)

/** What a token allows: `read` the accounts, `collect` (PUT counts), `act` (change messages), `manage` (add and remove accounts). */
export const TOKEN_SCOPES = ['read', 'collect', 'act', 'manage'] as const

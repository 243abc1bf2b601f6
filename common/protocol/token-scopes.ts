/** What a token allows: `read` the accounts, `collect` (PUT counts), `act` (change messages). */
export const TOKEN_SCOPES = ['read', 'collect', 'act'] as const

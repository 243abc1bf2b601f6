/** What an account may hold, wherever it comes from: the window, or a file. */
import { z } from 'zod'
import { AccountId } from '../../common/protocol/wire.ts'

export const ShortText = z.string().trim().min(1).max(1000)
const HttpsUrl = z.url({ protocol: /^https$/ }).max(1000)

/** All that is no secret of it. */
export const ACCOUNT_SHAPE = {
  account: AccountId,
  protocol: z.enum(['imap', 'jmap', 'pop3']),
  host: ShortText.regex(/^[^\s/@]+$/),
  port: z.int().min(1).max(65_535),
  security: z.enum(['tls', 'starttls', 'none']),
  user: z.string().trim().max(1000),
  folders: z.array(ShortText).max(100),
  pin: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
  url: HttpsUrl.exactOptional(),
  webUrl: HttpsUrl.exactOptional(),
}

export const CLIENT_SHAPE = { provider: z.enum(['google', 'microsoft']), clientId: ShortText }

export const SharedSettingsChange = z.strictObject({
  language: z.enum(['system', 'en', 'ko']).exactOptional(),
  theme: z.enum(['system', 'light', 'dark']).exactOptional(),
  notifications: z.boolean().exactOptional(),
  notificationText: z.enum(['mail', 'account', 'nothing']).exactOptional(),
})

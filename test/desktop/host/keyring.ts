/**
 * safeStorage, as Electron 45 implements it: shell/browser/api/electron_api_safe_storage.cc and, for the keys of Linux,
 * browser_process_impl.cc with Chromium's components/os_crypt/async. The name of the backend comes from the desktop's name
 * alone; whether a keyring encrypts shows only in the first three bytes: `v11`, or `v10` for the fixed password.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { SafeStorage } from 'electron'
import { app } from './app.ts'
import { hostCalls, scenario } from './scenario.ts'

const FIXED = 'v10'
const KEYRING = 'v11'
const PREFIX_BYTES = 3
const NONCE_BYTES = 12

const keyOf = (name: string): Buffer => createHash('sha256').update(name).digest()
/** A locked keyring has another key than the one that encrypted. */
const keys: Readonly<Record<string, Buffer>> = {
  [FIXED]: keyOf('peanuts'),
  [KEYRING]: keyOf(scenario.keyring === 'locked' ? 'another keyring' : 'keyring'),
}
const isLinux = scenario.platform === 'linux'
/** macOS and Windows also write `v10`, with a key of the system. */
let current = isLinux && scenario.keyring !== 'none' ? KEYRING : FIXED

const answered = Promise.withResolvers<void>()
if (scenario.keyring !== 'waits') answered.resolve()
hostCalls.answerKeyring = (answer) => {
  if (isLinux && answer === 'dismiss') current = FIXED
  answered.resolve()
}

/** base/nix/xdg_util.cc and components/os_crypt/sync/key_storage_util_linux.cc. */
function backendOf(desktop: string): ReturnType<SafeStorage['getSelectedStorageBackend']> {
  for (const name of desktop.split(':')) {
    if (/^(?:GNOME|Unity|XFCE|X-Cinnamon|Deepin|Pantheon|UKUI)$/.test(name)) return 'gnome_libsecret'
    if (name === 'KDE') return ({ 5: 'kwallet5', 6: 'kwallet6' } as const)[process.env['KDE_SESSION_VERSION'] ?? ''] ?? 'kwallet'
  }
  return 'basic_text'
}

async function ready(): Promise<void> {
  if (!app.isReady()) throw new Error('safeStorage cannot be used before app is ready')
  await answered.promise
}

type Api = Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'>

const common = {
  /** Once the app is ready it is never false: it answers when the keyring does. */
  async isAsyncEncryptionAvailable() {
    if (!app.isReady()) return false
    await answered.promise
    return true
  },
  async encryptStringAsync(text) {
    await ready()
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', keys[current] ?? '', nonce)
    return Buffer.concat([Buffer.from(current), nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  },
  async decryptStringAsync(encrypted) {
    await ready()
    const version = encrypted.subarray(0, PREFIX_BYTES).toString()
    const body = encrypted.subarray(PREFIX_BYTES)
    try {
      const decipher = createDecipheriv('aes-256-gcm', keys[version] ?? '', body.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(body.subarray(-16))
      const result = decipher.update(body.subarray(NONCE_BYTES, -16), undefined, 'utf8') + decipher.final('utf8')
      return { result, shouldReEncrypt: version !== current }
    } catch {
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.')
    }
  },
} satisfies Partial<Api>

/** Only Linux has backends to choose from: elsewhere the method does not exist. */
export const safeStorage: typeof common & Partial<Api> = {
  ...common,
  ...(isLinux && {
    getSelectedStorageBackend: () => (app.isReady() ? backendOf(process.env['XDG_CURRENT_DESKTOP'] ?? '') : 'unknown'),
  }),
}

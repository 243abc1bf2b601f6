/** Secrets, read when a source needs them: one may come from a slow command, which nobody waits for once the source is told to stop. */
import { abortable } from '../platform/abortable.ts'
import type { Secret } from '../auth/secret.ts'
import { SourceError } from './source.ts'

/** @throws SourceError `config` that names its place; the signal's reason once that is aborted. */
export async function readSecret(secret: Secret, signal: AbortSignal): Promise<string> {
  try {
    return await abortable(secret.read(), signal)
  } catch (error) {
    signal.throwIfAborted()
    throw new SourceError('config', error instanceof Error ? error.message : String(error), { cause: error })
  }
}

export async function readSecrets(
  secrets: Readonly<Record<string, Secret>>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const read = Object.entries(secrets).map(async ([name, secret]) => [name, await readSecret(secret, signal)] as const)
  return Object.fromEntries(await Promise.all(read))
}

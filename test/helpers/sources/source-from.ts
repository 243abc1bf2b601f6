import { createSource, resolveSource, SourceEntry } from '../../../server/sources/kinds.ts'
import type { Source } from '../../../server/sources/source.ts'
import { sourceContext } from './source-context.ts'

/**
 * The source of an entry of `sources`.
 * @param folder of the config file, and the data directory
 */
export async function sourceFrom(entry: unknown, folder: string): Promise<Source> {
  const addError = (key: string, message: string): never => {
    throw new Error(`${key} ${message}`)
  }
  const config = await resolveSource(SourceEntry.parse(entry), { folder, dataDir: folder, name: 'worst', addError })
  return await createSource(config, sourceContext)
}

/** The accounts of a config by what people call them: how commands print and take them. */
import { namesOf } from '../../common/model/account-names.ts'
import { accountOf } from '../config/labels.ts'
import type { CountedConfig } from '../config/load.ts'
import type { SourceConfig } from '../sources/kinds.ts'
import { CommandError } from './command-error.ts'

type NamedConfig = Pick<CountedConfig, 'sources' | 'labels'>

export function createConfigAccounts({ sources, labels }: NamedConfig) {
  const accounts = sources.flatMap((source) => accountOf(source) ?? []).map((id) => ({ id, label: labels.get(id) }))
  const nameOf = namesOf([{ id: '', accounts }])

  return {
    nameOf: (account: string): string => nameOf('', account),
    /** What a source is called: by its account, unless the config gives it a name of its own. */
    sourceName: (source: SourceConfig): string => (source.name === accountOf(source) ? nameOf('', source.name) : source.name),
    /** The id of the account with this id, or else this label; null for none. @throws CommandError if several have the label */
    idOf(text: string): string | null {
      if (accounts.some(({ id }) => id === text)) return text
      const ids = accounts.filter(({ label }) => label === text).map(({ id }) => id)
      if (ids.length > 1)
        throw new CommandError(`Several accounts are called ${JSON.stringify(text)}; name one by its id: ${ids.join(', ')}.`, 2)
      return ids[0] ?? null
    },
  }
}

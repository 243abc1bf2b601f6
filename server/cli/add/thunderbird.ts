/** `mailbell add --from-thunderbird`: the accounts that Thunderbird has on this machine. */
import { printableJson, withoutControls } from '../../../common/text.ts'
import type { Address } from '../../discovery/address.ts'
import type { ThunderbirdAccounts } from '../../discovery/thunderbird/read.ts'
import { CommandError } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'
import { type Chosen, present, textOf } from './choose.ts'
import type { AddDeps } from './options.ts'

/** @throws CommandError if Thunderbird does not have it */
export async function chooseKnown({ full }: Address, { terminal, readKnown }: Pick<AddDeps, 'terminal' | 'readKnown'>): Promise<Chosen> {
  const { accounts } = await readKnown()
  const known = accounts.find(({ discovery }) => discovery.address.toLowerCase() === full.toLowerCase())
  const [candidate] = known?.discovery.candidates ?? []
  if (!known || !candidate)
    throw new CommandError(`Thunderbird has no account ${full}; run \`mailbell add --from-thunderbird\` to see which it has.`)
  const { folders, isPlain } = known
  terminal.print(textOf(candidate, isPlain ? 'none' : candidate.security))
  return {
    ...present(candidate, known.discovery.provider, terminal),
    ...(folders.length > 0 && { folders }),
    ...(isPlain && { security: 'none' }),
  }
}

/** Prints what can be added; a local folder is a line for the config. */
export function listKnown({ accounts, inboxes }: ThunderbirdAccounts, terminal: Pick<Terminal, 'print'>): void {
  if (accounts.length + inboxes.length === 0)
    throw new CommandError('No Thunderbird with an account was found; run `mailbell add ADDRESS`.')
  for (const { discovery, isPlain } of accounts)
    for (const candidate of discovery.candidates)
      terminal.print(withoutControls(`${discovery.address}  ${textOf(candidate, isPlain ? 'none' : candidate.security)}`))
  if (accounts.length > 0) terminal.print('To add one, run: mailbell add ADDRESS --from-thunderbird')
  if (inboxes.length > 0) terminal.print('To count a local inbox, add its line to `sources` in the config:')
  for (const inbox of inboxes) terminal.print(`  - { type: mbox, account: ${printableJson(inbox)}, path: ${printableJson(inbox)} }`)
}

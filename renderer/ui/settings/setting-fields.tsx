/** Fields whose values are saved at once. They show what is saved, and the error if saving failed. */
import type { ComponentProps } from 'preact'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { Checkbox, Select } from '../controls/fields.tsx'
import { useOutcome } from '../controls/use-request.ts'

interface Saves<Value> {
  readonly save: (value: Value) => Promise<Outcome>
}

type SettingSelectProps<Value extends string> = Omit<ComponentProps<typeof Select<Value>>, 'onSelect' | 'error'> & Saves<Value>

export function SettingSelect<Value extends string>({ save, ...select }: SettingSelectProps<Value>) {
  const { error, track } = useOutcome()
  return (
    <>
      <Select {...select} onSelect={(value) => void track(save(value))} />
      <ErrorMessage error={error} />
    </>
  )
}

type SettingCheckboxProps = Omit<ComponentProps<typeof Checkbox>, 'onCheck' | 'error'> & Saves<boolean>

export function SettingCheckbox({ save, ...checkbox }: SettingCheckboxProps) {
  const { error, track } = useOutcome()
  return (
    <>
      <Checkbox {...checkbox} onCheck={(checked) => void track(save(checked))} />
      <ErrorMessage error={error} />
    </>
  )
}

/** A section of the settings, and fields whose values are saved at once: they show what is saved, and the error if saving failed. */
import type { ComponentChildren, ComponentProps } from 'preact'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { Checkbox, Select } from '../controls/fields.tsx'
import { useOutcome } from '../controls/use-request.ts'

/** A part of the settings under its heading. */
export const Section = ({ id, title, children }: { readonly id: string; readonly title: string; readonly children: ComponentChildren }) => (
  <section class="group" aria-labelledby={`settings-${id}`}>
    <h2 id={`settings-${id}`}>{title}</h2>
    <div class="card panel">{children}</div>
  </section>
)

/** What cannot be undone: apart, at the end of its section. */
export const DangerZone = ({ children }: { readonly children: ComponentChildren }) => <div class="danger-zone">{children}</div>

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

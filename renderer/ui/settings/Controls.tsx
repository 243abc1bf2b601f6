/** The controls of the settings: a box to tick, one of several, and a text that holds when one has left it. */
import type { ComponentChildren } from 'preact'
import { Field } from '../controls/Form.tsx'

interface CheckProps {
  readonly name: string
  readonly label: string
  readonly help?: string
  readonly checked: boolean
  readonly onChoose: (checked: boolean) => void
  /** What is said below it. */
  readonly children?: ComponentChildren
}

export function Check({ name, label, help, checked, onChoose, children }: CheckProps) {
  const id = `field-${name}`
  return (
    <div class="field check">
      <input
        id={id}
        type="checkbox"
        aria-describedby={help && `${id}-help`}
        checked={checked}
        onChange={(event) => {
          const wanted = event.currentTarget.checked
          // The box shows what holds, which is what the answer will say.
          event.currentTarget.checked = checked
          onChoose(wanted)
        }}
      />
      <label for={id}>{label}</label>
      {help && (
        <p id={`${id}-help`} class="help">
          {help}
        </p>
      )}
      {children}
    </div>
  )
}

interface OneOfProps<Value extends string> {
  readonly name: string
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string; readonly lang?: string }[]
  readonly onChoose: (value: Value) => void
  readonly error?: string | undefined
}

export function OneOf<Value extends string>({ name, label, value, options, onChoose, error }: OneOfProps<Value>) {
  return (
    <Field name={name} label={label} error={error}>
      {(control) => (
        <select
          {...control}
          value={value}
          onChange={(event) => {
            const wanted = options.find((option) => option.value === event.currentTarget.value)
            event.currentTarget.value = value
            if (wanted) onChoose(wanted.value)
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} lang={option.lang}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

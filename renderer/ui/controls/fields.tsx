/** Labelled fields with their help and error: text, select and checkbox. */
import type { ComponentChildren, InputHTMLAttributes, Ref } from 'preact'
import type { WordKey, Words } from '../../../common/words/words.ts'
import { Breakable } from './Breakable.tsx'
import './Field.css'

/** Attributes of the control, so that screen readers read its help and error with it. */
interface ControlProps {
  readonly id: string
  readonly name: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': 'true' | undefined
}

interface LabelProps {
  readonly name: string
  readonly label: string
  readonly help?: string | undefined
  readonly error?: string | undefined
  readonly class?: string
}

interface FieldProps extends LabelProps {
  readonly children: (control: ControlProps) => ComponentChildren
}

export function Field({ name, label, help, error, class: extra = '', children }: FieldProps) {
  const id = `field-${name}`
  const described = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(' ')
  return (
    <div class={`field ${extra}`}>
      <label for={id}>
        <Breakable text={label} />
      </label>
      {children({ id, name, 'aria-describedby': described || undefined, 'aria-invalid': error ? 'true' : undefined })}
      {error && (
        <p id={`${id}-error`} class="field-error">
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} class="help">
          {help}
        </p>
      )}
    </div>
  )
}

type TextAttributes = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  'autocomplete' | 'autocapitalize' | 'inputMode' | 'maxLength' | 'placeholder' | 'onChange'
>

interface TextFieldProps extends LabelProps, TextAttributes {
  readonly type?: 'text' | 'email' | 'url' | 'password'
  readonly value: string
  readonly onText: (text: string) => void
  readonly inputRef?: Ref<HTMLInputElement>
}

export const TextField = ({
  name,
  label,
  help,
  error,
  class: extra = '',
  type = 'text',
  value,
  onText,
  inputRef = null,
  ...attributes
}: TextFieldProps) => (
  <Field name={name} label={label} help={help} error={error} class={extra}>
    {(control) => (
      <input
        autocomplete="off"
        spellcheck={false}
        {...attributes}
        {...control}
        ref={inputRef}
        // Preact's types allow each type of input other roles; there is no role here.
        type={type as 'text'}
        value={value}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    )}
  </Field>
)

interface SelectProps<Value extends string> extends LabelProps {
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string; readonly lang?: string }[]
  readonly onSelect: (value: Value) => void
}

/** The options of a select, in the order of `keys`. */
export const optionsOf = <Value extends string>({ t }: Words, keys: Readonly<Record<Value, WordKey>>) =>
  (Object.entries(keys) as [Value, WordKey][]).map(([value, key]) => ({ value, label: t(key) }))

/** Shows `value` until the parent passes another, even after the user has picked one. */
export const Select = <Value extends string>({ value, options, onSelect, ...label }: SelectProps<Value>) => (
  <Field {...label}>
    {(control) => (
      <select
        {...control}
        value={value}
        onChange={(event) => {
          const picked = options.find((option) => option.value === event.currentTarget.value)
          event.currentTarget.value = value
          if (picked) onSelect(picked.value)
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

interface CheckboxProps extends LabelProps {
  readonly checked: boolean
  readonly disabled?: boolean
  readonly onCheck: (checked: boolean) => void
}

/** Shows `checked` until the parent passes another, also after a click. */
export const Checkbox = ({ checked, disabled = false, onCheck, ...label }: CheckboxProps) => (
  <Field {...label} class="check">
    {(control) => (
      <input
        {...control}
        type="checkbox"
        disabled={disabled}
        checked={checked}
        onChange={(event) => {
          const picked = event.currentTarget.checked
          event.currentTarget.checked = checked
          onCheck(picked)
        }}
      />
    )}
  </Field>
)

/** Quiet hours: the days on which they start, and their times. Each change is saved at once. */
import type { QuietHours } from '../../../../common/protocol/settings.ts'
import type { Words } from '../../../../common/words/words.ts'
import { useUi } from '../../controls/context.ts'
import { Button } from '../../controls/Button.tsx'
import { ErrorMessage } from '../../controls/ErrorMessage.tsx'
import { useOutcome } from '../../controls/use-request.ts'
import './QuietHoursEditor.css'

/** The nights before working days, as a start. */
const INITIAL: QuietHours = { days: [0, 1, 2, 3, 4], from: '22:00', to: '07:00' }
const MAX_QUIET_HOURS = 20
/** A Sunday, in local time. */
const SUNDAY = new Date(2026, 0, 4)

function daysOf(words: Words): readonly { readonly day: number; readonly short: string; readonly long: string }[] {
  const [short, long] = (['short', 'long'] as const).map((weekday) => new Intl.DateTimeFormat(words.locale, { weekday }))
  return Array.from({ length: 7 }, (_, day) => {
    const date = new Date(SUNDAY)
    date.setDate(SUNDAY.getDate() + day)
    return { day, short: short?.format(date) ?? '', long: long?.format(date) ?? '' }
  })
}

export function QuietHoursEditor({ quietHours }: { readonly quietHours: readonly QuietHours[] }) {
  const { words, bridge } = useUi()
  const { error, track } = useOutcome()
  const save = (next: QuietHours[]): void => void track(bridge.updateReaderSettings({ quietHours: next }))
  return (
    <fieldset class="quiet-hours">
      <legend>{words.t('quietHours')}</legend>
      <p class="help">{words.t('quietHoursHelp')}</p>
      {quietHours.length > 0 && (
        <ul>
          {quietHours.map((hours, index) => (
            // Their index is their only identity.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>
              <Hours
                hours={hours}
                index={index}
                onChange={(changed) => save(quietHours.map((other, at) => (at === index ? changed : other)))}
                onRemove={() => {
                  document.querySelector<HTMLElement>('#add-quiet-hours')?.focus()
                  save(quietHours.filter((_, at) => at !== index))
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <ErrorMessage error={error} />
      {quietHours.length < MAX_QUIET_HOURS && (
        <Button text={words.t('addQuietHours')} id="add-quiet-hours" onClick={() => save([...quietHours, INITIAL])} />
      )}
    </fieldset>
  )
}

interface HoursProps {
  readonly hours: QuietHours
  readonly index: number
  readonly onChange: (hours: QuietHours) => void
  readonly onRemove: () => void
}

function Hours({ hours, index, onChange, onRemove }: HoursProps) {
  const { words } = useUi()
  const { days, from, to } = hours
  return (
    <div class="hours">
      <div class="days" role="group" aria-label={words.t('quietDays')}>
        {daysOf(words).map(({ day, short, long }) => (
          <button
            key={day}
            type="button"
            class="day"
            aria-pressed={days.includes(day)}
            title={long}
            // Hours that start on no day are removed by their button instead.
            aria-disabled={days.length === 1 && days[0] === day}
            onClick={() => {
              const next = days.includes(day) ? days.filter((other) => other !== day) : [...days, day].toSorted((a, b) => a - b)
              if (next.length > 0) onChange({ ...hours, days: next })
            }}
          >
            <span aria-hidden="true">{short}</span>
            <span class="visually-hidden">{long}</span>
          </button>
        ))}
      </div>
      <div class="pair">
        <Time
          name={`quiet-from-${index}`}
          label={words.t('quietFrom')}
          value={from}
          onChange={(value) => onChange({ ...hours, from: value })}
        />
        <Time name={`quiet-to-${index}`} label={words.t('quietTo')} value={to} onChange={(value) => onChange({ ...hours, to: value })} />
      </div>
      {to <= from && <p class="help">{words.t('quietNextDay')}</p>}
      <Button text={words.t('remove')} class="text-button" label={words.t('removeQuietHours', { from, to })} onClick={onRemove} />
    </div>
  )
}

interface TimeProps {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

function Time({ name, label, value, onChange }: TimeProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        type="time"
        required
        value={value}
        onChange={(event) => {
          const typed = event.currentTarget.value
          // An empty value is a half-typed time.
          if (typed === '') event.currentTarget.value = value
          else if (typed !== value) onChange(typed)
        }}
      />
    </div>
  )
}

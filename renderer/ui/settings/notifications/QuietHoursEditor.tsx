/** Quiet hours: on which days they begin, from when to when. Each change holds at once. */
import type { QuietHours } from '../../../../common/protocol/settings.ts'
import type { Words } from '../../../../common/words/words.ts'
import { useUi } from '../../context.ts'
import type { SettingsForm } from '../use-settings.ts'
import { Failure } from '../Failure.tsx'
import './QuietHoursEditor.css'

/** Nights of the working week; a person changes them from there. */
const FIRST: QuietHours = { days: [0, 1, 2, 3, 4], from: '22:00', to: '07:00' }
const MOST = 20
/** A Sunday, in the time of the machine. */
const SUNDAY = new Date(2026, 0, 4)

function daysOf(words: Words): readonly { readonly day: number; readonly short: string; readonly long: string }[] {
  const [short, long] = (['short', 'long'] as const).map((weekday) => new Intl.DateTimeFormat(words.locale, { weekday }))
  return Array.from({ length: 7 }, (_, day) => {
    const date = new Date(SUNDAY)
    date.setDate(SUNDAY.getDate() + day)
    return { day, short: short?.format(date) ?? '', long: long?.format(date) ?? '' }
  })
}

interface QuietHoursProps {
  readonly quietHours: readonly QuietHours[]
  readonly choosing: SettingsForm
}

export function QuietHoursEditor({ quietHours, choosing: { choose, failure } }: QuietHoursProps) {
  const { words } = useUi()
  const keep = (next: QuietHours[]): void => void choose({ quietHours: next })
  return (
    <fieldset class="quiet-hours">
      <legend>{words.t('quietHours')}</legend>
      <p class="help">{words.t('quietHoursHelp')}</p>
      {quietHours.length > 0 && (
        <ul>
          {quietHours.map((hours, index) => (
            // What tells one from the other is its place alone.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>
              <Hours
                hours={hours}
                index={index}
                onChange={(changed) => keep(quietHours.map((other, at) => (at === index ? changed : other)))}
                onRemove={() => {
                  document.querySelector<HTMLElement>('#add-quiet-hours')?.focus()
                  keep(quietHours.filter((_, at) => at !== index))
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <Failure outcome={failure('quietHours')} />
      {quietHours.length < MOST && (
        <button type="button" class="button" id="add-quiet-hours" onClick={() => keep([...quietHours, FIRST])}>
          {words.t('addQuietHours')}
        </button>
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
            // Hours that begin on no day would be none; their button for that is Remove.
            aria-disabled={days.length === 1 && days[0] === day}
            onClick={() => {
              const next = days.includes(day) ? days.filter((other) => other !== day) : [...days, day].toSorted((a, b) => a - b)
              if (next.length > 0) onChange({ ...hours, days: next })
            }}
          >
            <span aria-hidden="true">{short}</span>
            <span class="hidden-words">{long}</span>
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
      <button type="button" class="quiet" aria-label={words.t('removeQuietHours', { from, to })} onClick={onRemove}>
        {words.t('remove')}
      </button>
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
          // An empty one is half typed.
          if (typed === '') event.currentTarget.value = value
          else if (typed !== value) onChange(typed)
        }}
      />
    </div>
  )
}

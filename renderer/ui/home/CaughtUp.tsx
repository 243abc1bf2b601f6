/** In the place of the list while nothing is unread: a bell at rest. */
import { Fragment } from 'preact'
import { useUi } from '../controls/context.ts'
import '../controls/Breakable.css'
import './CaughtUp.css'

export function CaughtUp() {
  const { words } = useUi()
  return (
    <div class="caught-up">
      <svg viewBox="0 0 96 80" aria-hidden="true">
        <circle cx="48" cy="40" r="36" class="disc" />
        <path class="bell" d="M32 50c3-3 4-7 4-13a12 12 0 0 1 24 0c0 6 1 10 4 13ZM44 56a4.2 4.2 0 0 0 8 0M48 25v-3" />
        <path class="sleep" d="M70 21h7l-7 8h7M80 10h5l-5 6h5" />
      </svg>
      <p>
        {words
          .t('enjoyTheQuiet')
          .split(/(?<=\.) /u)
          .map((sentence) => (
            <Fragment key={sentence}>
              <span class="unbroken">{sentence}</span>{' '}
            </Fragment>
          ))}
      </p>
    </div>
  )
}

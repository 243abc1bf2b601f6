/** Filters what is below it. A letter that is typed elsewhere in the view goes into this field. */
import { useRef } from 'preact/hooks'
import { beginsSearch } from '../../view/search.ts'
import { useUi } from '../controls/context.ts'
import { IconButton } from '../controls/Button.tsx'
import { CloseIcon, SearchIcon } from '../controls/icons.tsx'
import { useDocumentEvent } from '../controls/use-document-event.ts'
import './SearchField.css'

const TEXT_INPUTS = 'input, select, textarea, [contenteditable]'

interface SearchFieldProps {
  readonly query: string
  readonly onQuery: (query: string) => void
  /** What is searched; accounts and messages unless given. */
  readonly label?: string
}

export function SearchField({ query, onQuery, label }: SearchFieldProps) {
  const { words } = useUi()
  const text = label ?? words.t('search')
  const input = useRef<HTMLInputElement>(null)

  // The field takes the focus before the letter is inserted, so that an input method composes it there as well.
  useDocumentEvent('keydown', (event) => {
    const isElsewhere = event.target instanceof Element && !event.target.matches(TEXT_INPUTS)
    if (isElsewhere && !event.defaultPrevented && beginsSearch(event)) input.current?.focus()
  })

  return (
    <search class="search">
      <SearchIcon />
      <input
        ref={input}
        type="text"
        id="search"
        inputMode="search"
        enterkeyhint="search"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-label={text}
        placeholder={text}
        value={query}
        onInput={(event) => onQuery(event.currentTarget.value)}
      />
      {query !== '' && (
        <IconButton
          small
          label={words.t('clearSearch')}
          onClick={() => {
            onQuery('')
            input.current?.focus()
          }}
        >
          <CloseIcon />
        </IconButton>
      )}
    </search>
  )
}

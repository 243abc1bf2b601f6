/** Narrows the first view down to what was typed. Any letter that is typed elsewhere on it goes here. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import { beginsSearch } from '../../view/search.ts'
import { useUi } from '../context.ts'
import { CloseIcon, SearchIcon } from '../controls/icons.tsx'
import './SearchField.css'

interface SearchFieldProps {
  readonly query: string
  readonly onQuery: (query: string) => void
}

const WRITES = 'input, select, textarea, [contenteditable]'

export function SearchField({ query, onQuery }: SearchFieldProps) {
  const { words } = useUi()
  const input = useRef<HTMLInputElement>(null)

  useLayoutEffect(() => {
    // The field takes the focus before the letter is written, so that it is written there, also by an input method.
    const onKey = (event: KeyboardEvent): void => {
      const isElsewhere = event.target instanceof Element && !event.target.matches(WRITES)
      if (isElsewhere && !event.defaultPrevented && beginsSearch(event)) input.current?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

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
        aria-label={words.t('search')}
        placeholder={words.t('search')}
        value={query}
        onInput={(event) => onQuery(event.currentTarget.value)}
      />
      {query !== '' && (
        <button
          type="button"
          class="tool small"
          aria-label={words.t('clearSearch')}
          title={words.t('clearSearch')}
          onClick={() => {
            onQuery('')
            input.current?.focus()
          }}
        >
          <CloseIcon />
        </button>
      )}
    </search>
  )
}

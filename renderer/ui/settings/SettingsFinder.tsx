/**
 * Finds a setting by its label, and goes to it: a search, and on a wide screen a list of the sections at the side. Both read
 * what the settings show, so that each new setting is found as well.
 */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import { searchFor } from '../../view/search.ts'
import { useUi } from '../controls/context.ts'
import { SearchField } from '../messages/SearchField.tsx'
import { entriesOf, goTo, sectionsOf, type SettingEntry } from './setting-entries.ts'
import './SettingsFinder.css'

export function SettingsFinder({ children }: { readonly children: ComponentChildren }) {
  const { words } = useUi()
  const content = useRef<HTMLDivElement>(null)
  const [query, setQuery] = useState('')
  const [titles, setTitles] = useState<readonly string[]>([])
  const isSearching = query.trim() !== ''
  const has = searchFor(query)
  const found = isSearching && content.current ? entriesOf(content.current).filter(({ text, section }) => has(text, section)) : []

  useLayoutEffect(() => {
    const next = content.current ? sectionsOf(content.current).map(({ text }) => text) : []
    if (next.join('\n') !== titles.join('\n')) setTitles(next)
  })

  /** Shown again before it gets the focus. */
  const [target, setTarget] = useState<HTMLElement | null>(null)
  useLayoutEffect(() => {
    if (target === null) return
    goTo(target)
    setTarget(null)
  }, [target])
  const choose = (entry: SettingEntry | undefined): void => {
    if (!entry) return
    setQuery('')
    setTarget(entry.target)
  }
  const openSection = (index: number): void => choose(content.current ? sectionsOf(content.current)[index] : undefined)

  return (
    <div
      class="settings-finder"
      onKeyDown={(event) => {
        const isInField = event.target instanceof HTMLInputElement && event.target.id === 'search'
        if (event.isComposing || !isSearching) return
        if (event.key === 'Enter' && isInField) choose(found[0])
        else if (event.key !== 'Escape') return
        else setQuery('')
        event.preventDefault()
      }}
    >
      <nav class="settings-sections" aria-label={words.t('settings')}>
        <ul>
          {titles.map((title, index) => (
            <li key={title}>
              <button type="button" class="section-link" onClick={() => openSection(index)}>
                {title}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <div>
        <SearchField query={query} label={words.t('searchSettings')} onQuery={setQuery} />
        <p class="visually-hidden" role="status">
          {isSearching &&
            (found.length === 0 ? words.t('foundNothing', { query: plain(query, 60) }) : words.t('foundSome', { count: found.length }))}
        </p>
        {isSearching && (
          <ul class="found-settings">
            {found.map((entry) => (
              <li key={`${entry.section} ${entry.text}`}>
                <button type="button" class="found-setting" onClick={() => choose(entry)}>
                  <span>{entry.text}</span>
                  {entry.section && <span class="detail">{entry.section}</span>}
                </button>
              </li>
            ))}
            {found.length === 0 && <li class="plain">{words.t('foundNothing', { query: plain(query, 60) })}</li>}
          </ul>
        )}
        <div class="settings" ref={content} hidden={isSearching}>
          {children}
        </div>
      </div>
    </div>
  )
}

/** The window: takes the state from the bridge, and shows one of its views. */
import { useEffect, useMemo } from 'preact/hooks'
import { createWords, pickLanguage } from '../../common/words/words.ts'
import type { OpenBridge } from '../bridge.ts'
import { Broken, BrokenPage } from './Broken.tsx'
import { UiContextProvider } from './controls/context.ts'
import { ToastProvider, useCreatedToasts } from './layers/Toaster.tsx'
import { TickerProvider, useTicker } from './controls/use-now.ts'
import { useBridgeState } from './use-bridge-state.ts'
import { Views } from './Views.tsx'

export function App({ bridge, state }: OpenBridge) {
  const loaded = useBridgeState(bridge, state)
  const shown = loaded.kind === 'state' ? loaded.state : null
  const languages = shown?.desktop?.languages ?? navigator.languages
  const language = shown?.language ?? pickLanguage(languages)
  const theme = shown?.sharedSettings.theme ?? 'system'
  const words = useMemo(() => createWords(language, languages), [language])
  const ticker = useTicker()
  const toasts = useCreatedToasts()
  const context = useMemo(() => ({ words, bridge }), [words, bridge])

  useEffect(() => {
    document.documentElement.lang = language
    document.documentElement.dataset['theme'] = theme
  }, [language, theme])

  if (loaded.kind === 'loading') {
    return (
      <main class="centered" aria-busy="true">
        <p>{words.t('loading')}</p>
      </main>
    )
  }
  if (loaded.kind === 'broken') {
    return window.mailbell ? (
      <Broken title={words.t('brokenTitle')} help={words.t('brokenHelp')} action={words.t('tryAgain')} onAction={loaded.retry} />
    ) : (
      <BrokenPage words={words} />
    )
  }
  return (
    <UiContextProvider value={context}>
      <TickerProvider value={ticker}>
        <ToastProvider value={toasts}>
          <Views state={loaded.state} />
        </ToastProvider>
      </TickerProvider>
    </UiContextProvider>
  )
}

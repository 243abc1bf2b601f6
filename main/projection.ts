/** Pure: the app's state → everything that tray, badge, menu and window show, so that all of them follow one change at once. */
import { countedOf } from '../common/model/totals.ts'
import { readerSettingsOf } from '../common/protocol/settings.ts'
import type { DesktopWindowState } from '../common/protocol/window-state.ts'
import { pickLanguage, type WordsFor } from '../common/words/words.ts'
import { withUnavailable } from './state/unavailable.ts'
import type { AppState, StateStore } from './state/state.ts'
import { type BadgeView, countingOf, type TrayView, trayViewOf } from './tray/tray-view.ts'

export interface Projection {
  readonly tray: TrayView
  readonly badge: BadgeView
  readonly window: DesktopWindowState
}

/** @param now epoch milliseconds */
export const createProjection =
  (wordsFor: WordsFor, now: () => number) =>
  (state: AppState): Projection => {
    const { sharedSettings, desktopSettings: settings, notices, check, version, unavailable } = state
    const { platform, isTrayMissing, navigation, managedAccounts, secrets, update, invitation, firstRun, tryStep } = state
    const servers = withUnavailable(state.servers, unavailable)
    const language = sharedSettings.language === 'system' ? pickLanguage(state.languages) : sharedSettings.language
    const desktop = {
      platform,
      languages: state.languages,
      isTrayMissing,
      settings,
      navigation,
      unavailable: unavailable.accounts.map(({ id }) => id),
      secrets,
      update,
      invitation,
      firstRun,
    }
    return {
      ...trayViewOf({ ...state, servers, words: wordsFor(language), nowMs: now() }),
      window: {
        servers,
        sharedSettings,
        readerSettings: readerSettingsOf(settings),
        counted: countedOf(servers, countingOf(state)),
        language,
        notices,
        check,
        version,
        manage: { accounts: managedAccounts, file: null, tryStep, signIn: null, problem: null },
        desktop,
      },
    }
  }

/** Shows part of a projection. */
export type Surface = (shown: Projection, state: AppState) => void

/** Runs each surface once after every change of the state; returns a function that ends it. */
export const connectSurfaces = (
  store: Pick<StateStore, 'onChange'>,
  project: (state: AppState) => Projection,
  surfaces: readonly Surface[],
) =>
  store.onChange((state) => {
    const shown = project(state)
    for (const show of surfaces) show(shown, state)
  })

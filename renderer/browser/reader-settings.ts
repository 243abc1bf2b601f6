/** What counts and what is muted for the person at this browser: the browser stores it. */
import type { Clock } from '../../common/async/clock.ts'
import { createMuteEnd } from '../../common/model/silence/mute-end.ts'
import { mutesAfter } from '../../common/model/silence/mutes.ts'
import type { MuteForm } from '../../common/protocol/bridge.ts'
import { readReaderSettings, type ReaderSettings } from '../../common/protocol/settings.ts'
import { jsonOf } from '../../common/text.ts'
import type { BrowserStore } from './stored.ts'

/** The name of the stored settings. */
export const READER_SETTINGS = 'reader'

interface PageReaderDeps {
  readonly store: Pick<BrowserStore, 'read' | 'write'>
  /** `now` in epoch milliseconds. */
  readonly clock: Clock
  readonly onChange: () => void
}

export function createPageReader({ store, clock, onChange }: PageReaderDeps) {
  const read = (): ReaderSettings => readReaderSettings(jsonOf(store.read(READER_SETTINGS) ?? '') ?? {})
  let current = read()
  const muteEnd = createMuteEnd({ ...clock, onEnd: (muted) => update({ muted }) })
  muteEnd.follow(current.muted)

  function show(next: ReaderSettings): void {
    current = next
    muteEnd.follow(next.muted)
    onChange()
  }

  function update(change: Partial<ReaderSettings>): void {
    const next = { ...current, ...change }
    store.write(READER_SETTINGS, JSON.stringify(next))
    show(next)
  }

  return {
    get current() {
      return current
    },
    update,
    mute: (form: MuteForm): void => update({ muted: mutesAfter(current.muted, form, clock.now()) }),
    /** Another tab has changed them. */
    reread: (): void => show(read()),
  }
}

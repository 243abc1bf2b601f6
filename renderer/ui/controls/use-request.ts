/** Requests and the errors that they end with. */
import { useState } from 'preact/hooks'
import type { Outcome, RequestError } from '../../../common/protocol/outcome.ts'
import { outcomeOf } from './context.ts'

/** The error of the last request. */
export function useOutcome() {
  const [error, setError] = useState<RequestError | null>(null)
  return {
    error,
    clearError: () => setError(null),
    /** Null if the request fails. */
    async track<Result>(request: Promise<Outcome<Result>>): Promise<({ readonly ok: true } & Result) | null> {
      // The error of the try before says nothing about this one.
      setError(null)
      const outcome = await outcomeOf(request)
      setError(outcome.ok ? null : outcome)
      return outcome.ok ? outcome : null
    },
  }
}

/** One request at a time; another is ignored while one is under way. */
export function useRequest() {
  const { error, clearError, track } = useOutcome()
  const [busy, setBusy] = useState(false)
  return {
    busy,
    error,
    clearError,
    async run<Result>(send: () => Promise<Outcome<Result>>): ReturnType<typeof track<Result>> {
      if (busy) return null
      setBusy(true)
      const result = await track(send())
      setBusy(false)
      return result
    },
  }
}

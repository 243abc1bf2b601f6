/** The steps of a try: which worked, which failed, and which were not reached. */
import type { TryStep } from '../../main/ipc.ts'
import type { WordKey } from '../words/keys.ts'
import { useSurroundings } from './context.ts'

/** In their order. */
const STEPS = [
  ['find', 'stepFind'],
  ['connect', 'stepConnect'],
  ['certificate', 'stepCertificate'],
  ['sign-in', 'stepSignIn'],
  ['folders', 'stepFolders'],
] as const satisfies readonly (readonly [TryStep, WordKey])[]
const STATES = { done: 'stepDone', failed: 'stepFailed', open: 'stepNotTried' } as const

export function TrySteps({ failed }: { readonly failed: TryStep }) {
  const { words } = useSurroundings()
  const failedAt = STEPS.findIndex(([step]) => step === failed)
  return (
    <ol class="try-steps">
      {STEPS.map(([step, key], index) => {
        const state = index < failedAt ? 'done' : index === failedAt ? 'failed' : 'open'
        return (
          <li key={step} class={state}>
            {words.t(key)} <span class="state">{words.t(STATES[state])}</span>
          </li>
        )
      })}
    </ol>
  )
}

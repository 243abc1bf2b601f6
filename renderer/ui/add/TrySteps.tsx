/** The steps of a sign-in test, each with its state. */
import type { TryStep } from '../../../common/protocol/discovery.ts'
import type { WordKey } from '../../../common/words/words.ts'
import { useUi } from '../controls/context.ts'
import './TrySteps.css'

const STEPS = [
  ['find', 'stepFind'],
  ['connect', 'connect'],
  ['certificate', 'stepCertificate'],
  ['sign-in', 'signIn'],
  ['folders', 'stepFolders'],
] as const satisfies readonly (readonly [TryStep, WordKey])[]
const STATES = { done: 'stepDone', running: 'stepRunning', failed: 'stepFailed', open: 'stepNotTried', waiting: 'stepWaiting' } as const

export function TrySteps({ at, failed }: { readonly at: TryStep; readonly failed: boolean }) {
  const { words } = useUi()
  const reached = STEPS.findIndex(([step]) => step === at)
  const stateOf = (index: number): keyof typeof STATES => {
    if (index < reached) return 'done'
    if (index === reached) return failed ? 'failed' : 'running'
    return failed ? 'open' : 'waiting'
  }
  return (
    <ol class="try-steps">
      {STEPS.map(([step, key], index) => (
        <li key={step} class={stateOf(index)}>
          {words.t(key)} <span class="state">{words.t(STATES[stateOf(index)])}</span>
        </li>
      ))}
    </ol>
  )
}

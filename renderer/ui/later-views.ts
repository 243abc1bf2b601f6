/** The views that the first paint does not need. */
export { draftOfTry } from '../view/forms/account-draft.ts'
export { FormView } from './FormView.tsx'
export { FirstRun } from './home/FirstRun.tsx'

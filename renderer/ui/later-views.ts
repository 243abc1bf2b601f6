/** The views that the first paint does not need. */
export { FormView } from './FormView.tsx'
export { FirstRun } from './home/FirstRun.tsx'

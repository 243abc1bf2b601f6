import type { Reporter } from 'vitest/node'

/**
 * Ends a run with a machine-readable line: `N passed, N failed, N skipped`. A file that does not load counts as a failure. Lists
 * each test that passed only after a retry before it.
 */
export function createSummaryReporter(print: (line: string) => void): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
      for (const module of modules) {
        count.failed += module.errors().length
        for (const suite of module.children.allSuites()) count.failed += suite.errors().length
        for (const test of module.children.allTests()) {
          const { state } = test.result()
          count[state === 'pending' ? 'failed' : state] += 1
          if (test.diagnostic()?.flaky) print(`passed after a retry: ${module.relativeModuleId} > ${test.fullName}`)
        }
      }
      print(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
    },
  }
}

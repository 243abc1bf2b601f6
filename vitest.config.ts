import { defineConfig } from 'vitest/config'
import { createSummaryReporter } from './scripts/summary-reporter.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', createSummaryReporter((line) => process.stdout.write(`${line}\n`))],
    // Real servers and a real browser on few cores: one file at a time is steadier and hardly slower.
    maxWorkers: 1,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})

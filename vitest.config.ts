import { defineConfig } from 'vitest/config'
import { createSummaryReporter } from './scripts/summary-reporter.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', createSummaryReporter((line) => process.stdout.write(`${line}\n`))],
    // Real servers and a real browser on few cores: one file at a time is steadier and hardly slower.
    maxWorkers: 1,
    // A busy machine may stall a real server for longer than a test waits: in CI a test has a second try, and is named then.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})

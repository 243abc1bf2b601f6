import { expect, test } from 'vitest'
import { startDaemon } from './daemon.ts'
import { until } from '../until.ts'

test.runIf(process.platform === 'linux')('stop() ends a server that ignores the signal, together with its child process', async () => {
  const script = `trap '' TERM; sleep 1000 & echo started; wait`
  const daemon = startDaemon('nobody', 'sh', ['-c', script], '/', 'nogroup')
  await until(() => daemon.output() === 'started\n')
  // The child process has the output open, for which stop() waits.
  await daemon.stop('SIGTERM', 20)
  expect(daemon.exited).toBe(true)
})

#!/usr/bin/env node
/** Entry of the `mailbell` command: the rest is loaded only if it can run. */
import { optimize } from '../platform/heap.ts'

const OLDEST_NODE = 24

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`mailbell: Node ${OLDEST_NODE} or newer is required; this is ${process.versions.node}.`)
  process.exitCode = 1
} else {
  optimize(false)
  const { cacheCompiledCode } = await import('../platform/compile-cache.ts')
  cacheCompiledCode()
  const { main } = await import('./program.ts')
  await main()
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { createLineWriter } from '../../../server/platform/stderr.ts'

/** A disk with this much space. */
function disk(space: number) {
  let text = ''
  let left = space
  return {
    text: () => text,
    free: (bytes: number) => void (left += bytes),
    write(bytes: Uint8Array): number {
      if (left === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      const taken = Math.min(left, bytes.length)
      text += Buffer.from(bytes.subarray(0, taken)).toString()
      left -= taken
      return taken
    },
  }
}

const NOTE = (dropped: number): string => `{"level":"warn","dropped":${dropped},"msg":"log lines could not be written"}\n`

it('drops what cannot be written, and says how much once there is space again', () => {
  const full = disk(0)
  const lines = createLineWriter(full.write)
  lines.write('one\n')
  lines.write('two\n')
  full.free(1000)
  lines.write('three\n')
  lines.write('four\n')
  expect(full.text()).toBe(`${NOTE(2)}three\nfour\n`)
})

it('begins a new line after one that the end of the space cut', () => {
  const full = disk(2)
  const lines = createLineWriter(full.write)
  lines.write('one\n')
  full.free(1000)
  lines.write('two\n')
  expect(full.text()).toBe(`on\n${NOTE(1)}two\n`)
})

it('drops the line whose count cannot be written either', () => {
  const full = disk(0)
  const lines = createLineWriter(full.write)
  lines.write('one\n')
  full.free(5)
  lines.write('two\n')
  full.free(1000)
  lines.write('three\n')
  expect(full.text()).toBe(`{"lev\n${NOTE(2)}three\n`)
})

const SCRIPT = `
  import { createLog } from './server/platform/log.ts'
  const log = createLog('info')
  for (let i = 0; i < 1000; i++) log.info({ text: 'x'.repeat(1000) }, 'a line')
  console.log('goes on')`

/** Logs a megabyte with this as stderr; resolves with the exit code and stdout. */
async function logTo(stderr: number | 'pipe', isRead = false) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], { stdio: ['ignore', 'pipe', stderr] })
  let stdout = ''
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)))
  if (!isRead) child.stderr?.destroy()
  const [code] = await once(child, 'close')
  return [code, stdout]
}

test.runIf(process.platform === 'linux')('a process goes on when its log is on a full disk, or its reader has gone', async () => {
  const full = openSync('/dev/full', 'w')
  expect(await logTo(full)).toEqual([0, 'goes on\n'])
  closeSync(full)
  expect(await logTo('pipe')).toEqual([0, 'goes on\n'])
})

test.runIf(process.platform === 'linux')('a process goes on when the reader of its log stands still', async () => {
  const pipeline = 'exec 3>&1; { "$0" --input-type=module -e "$1" 2>&1 >&3; echo "ended with $?" >&3; } | sleep 60'
  const sleeper = spawn('sh', ['-c', pipeline, process.execPath, SCRIPT], { detached: true })
  let stdout = ''
  for await (const chunk of sleeper.stdout) {
    stdout += String(chunk)
    if (stdout.includes('ended with')) break
  }
  process.kill(-Number(sleeper.pid), 'SIGKILL')
  expect(stdout).toBe('goes on\nended with 0\n')
})

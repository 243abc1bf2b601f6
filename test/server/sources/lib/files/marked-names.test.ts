/** A large directory has a watch of another thread before the event loop adds one, and only the loop's afterwards. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startWatch } from '../../../../../server/sources/lib/files/watch.ts'
import { withNamesMarked } from '../../../../../server/sources/lib/files/marked-names.ts'
import { temporaryFolder } from '../../../../helpers/tmp.ts'

const isLinux = process.platform === 'linux'

/** This process' watches of a directory, as the system lists them (proc_pid_fdinfo(5)). */
function watchesOf(path: string): number {
  const inode = `ino:${statSync(path).ino.toString(16)} `
  const infos = readdirSync('/proc/self/fdinfo').map((fd) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')
    } catch {
      return ''
    }
  })
  return infos.flatMap((info) => info.split('\n')).filter((line) => line.startsWith('inotify ') && line.includes(inode)).length
}

async function folder(): Promise<string> {
  const { path, remove } = await temporaryFolder()
  onTestFinished(remove)
  return path
}

/** Also where the directory is small. */
const ALWAYS = { isClosed: () => false, largeBytes: 0 }

const listener = { onEvent: () => undefined, onAnything: () => undefined }

test.runIf(isLinux).each([
  ['a large directory', 0, 1],
  ['a small directory', Infinity, 0],
])('%s', async (_, largeBytes, expected) => {
  const path = await folder()
  let before = -1
  const watch = await withNamesMarked(
    path,
    () => {
      before = watchesOf(path)
      return startWatch(path, listener)
    },
    { isClosed: () => false, largeBytes },
  )
  expect(before).toBe(expected)
  await vi.waitFor(() => expect(watchesOf(path)).toBe(1))
  watch?.close()
})

test('what is not there has the error of the watch', async () => {
  const path = join(await folder(), 'absent')
  await expect(withNamesMarked(path, () => startWatch(path, listener), ALWAYS)).rejects.toMatchObject({ code: 'ENOENT' })
})

test.runIf(isLinux)('the error of the watch is thrown, and no watch stays', async () => {
  const path = await folder()
  const failing = (): never => {
    throw new Error('no watch')
  }
  await expect(withNamesMarked(path, failing, ALWAYS)).rejects.toThrow('no watch')
  await vi.waitFor(() => expect(watchesOf(path)).toBe(0))
})

test.runIf(isLinux)('directories are marked one after the other', async () => {
  const path = await folder()
  const events: string[] = []
  const start = async (): Promise<{ postMessage(message: unknown): void }> => {
    events.push('start')
    return { postMessage: () => void events.push('end') }
  }
  const watches = Array.from({ length: 3 }, () => withNamesMarked(path, () => events.push('watch'), { ...ALWAYS, start }))
  await Promise.all(watches)
  const one = ['start', 'watch', 'end']
  expect(events).toEqual([...one, ...one, ...one])
})

test.runIf(isLinux)('a directory is watched where no thread starts', async () => {
  const path = await folder()
  const start = async (): Promise<never> => {
    throw Object.assign(new Error('EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' })
  }
  expect(await withNamesMarked(path, () => 'watched', { ...ALWAYS, start })).toBe('watched')
})

test.runIf(isLinux)('a directory is watched where a thread never marks it, and so is the next', async () => {
  const path = await folder()
  const options = { ...ALWAYS, startMs: 1, start: () => new Promise<never>(() => undefined) }
  const watches = ['first', 'next'].map((name) => withNamesMarked(path, () => name, options))
  expect(await Promise.all(watches)).toEqual(['first', 'next'])
})

test.runIf(isLinux)('no thread starts for a closed source', async () => {
  const start = vi.fn<() => Promise<never>>()
  await withNamesMarked(await folder(), () => undefined, { ...ALWAYS, isClosed: () => true, start })
  expect(start).not.toHaveBeenCalled()
})

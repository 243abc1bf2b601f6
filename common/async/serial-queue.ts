/**
 * Queues a task and settles as the task does. Tasks run one at a time, in the order in which they were queued. A task
 * that fails rejects its own caller only; the next task runs all the same.
 */
export type SerialQueue = <T>(task: () => T | Promise<T>) => Promise<T>

export function createSerialQueue(): SerialQueue {
  let previous: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = previous.then(task)
    previous = result.catch(() => undefined)
    return result
  }
}

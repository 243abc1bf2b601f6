/** Preloaded into Electron's installer: prints the progress of downloads by its `fetch`, and has it say why one failed. */
const download = globalThis.fetch
const LINE_MS = 10_000
const MEGABYTE = 1_000_000

globalThis.fetch = async (input, init) => {
  const response = await download(input, init).catch((error: unknown) => {
    // "fetch failed" alone explains nothing; the installer prints no cause.
    throw new Error(reasonOf(error), { cause: error })
  })
  const total = Number(response.headers.get('content-length'))
  // Skips the list of checksums.
  if (!response.body || total < MEGABYTE) return response
  let received = 0
  let printedMs = performance.now()
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk)
      received += chunk.byteLength
      const isLast = received === total
      if (!isLast && performance.now() - printedMs < (process.stdout.isTTY ? 200 : LINE_MS)) return
      printedMs = performance.now()
      const line = `${Math.round(received / MEGABYTE)} of ${Math.round(total / MEGABYTE)} MB`
      process.stdout.write(process.stdout.isTTY ? `\r${line}${isLast ? '\n' : ''}` : `${line}\n`)
    },
  })
  return new Response(response.body.pipeThrough(counter), response)
}

/** What the first cause says; that of several addresses of a host is in their list. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : reasonOf(error.cause)
}

/** Loaded before Electron's installer: counts what its `fetch` receives, and prints how far the download is. */
const download = globalThis.fetch
const LINE_MS = 10_000
const MEGABYTE = 1_000_000

globalThis.fetch = async (input, init) => {
  const response = await download(input, init)
  const total = Number(response.headers.get('content-length'))
  // The list of checksums is small.
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

/** Prism as a proxy in front of a server: it compares each exchange with the OpenAPI document of the server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { freePort } from './daemon.ts'
import { temporaryFolder } from '../tmp.ts'
import { until } from '../until.ts'

export interface Prism {
  readonly port: number
  close(): Promise<void>
}

export async function startPrism(document: object, serverPort: number): Promise<Prism> {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'openapi.json')
  writeFileSync(file, JSON.stringify(document))
  const port = await freePort()
  const require = createRequire(import.meta.url)
  const program = require.resolve('@stoplight/prism-cli/dist/index.js')
  // Without `--errors`, invalid requests reach the server too; what is wrong is in a header of the response either way.
  const child = spawn(process.execPath, [program, 'proxy', file, `http://127.0.0.1:${serverPort}`, '--port', String(port)])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()))
  const exited = once(child, 'exit')
  await until(() => {
    if (child.exitCode !== null) throw new Error(`prism ended: ${output}`)
    return output.includes('is listening')
  })
  return {
    port,
    async close() {
      child.kill()
      await exited
      await folder.remove()
    },
  }
}

/** What Prism found in an exchange: errors of the request, and of the response. */
export function violationsIn({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) {
  const found = JSON.parse(String(headers['sl-violations'] ?? '[]')) as readonly {
    readonly location: readonly string[]
    readonly message: string
  }[]
  const textsOf = (part: string): readonly string[] =>
    found.filter(({ location }) => location[0] === part).map(({ location, message }) => `${location.join('.')}: ${message}`)
  return { request: textsOf('request'), response: textsOf('response') }
}

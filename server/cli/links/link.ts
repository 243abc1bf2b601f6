/** `mailbell link`: a link that signs one browser in to the page of a server. */
import { createCode } from '../../../client/calls.ts'
import { pageLinkTo } from '../../../common/model/credentials.ts'
import { CommandError } from '../command-error.ts'
import { qrCodeOf } from './invitation.ts'
import { type ServerOptions, serverOf } from '../server-choice.ts'

export async function link({ hours, qr, ...options }: ServerOptions & { readonly hours: number; readonly qr?: true }): Promise<void> {
  const server = serverOf(options)
  const created = await createCode(server, hours * 3_600)
  if (!created.ok) throw new CommandError(`The server at ${server.url} made no link: ${created.problem.detail}`)
  const text = pageLinkTo(server.url, created.value.code)
  console.log(text)
  if (qr) console.log(`\n${qrCodeOf(text)}`)
}

import { printableText } from '../printable-text.js'
import type { AdminToken } from './admin-token.js'
import type { AnnouncedOrigin } from './announced-origin.js'

/**
 * Prints on stderr where the transfers of the server are shown, with the token in the fragment, which browsers don't
 * send. A token that was given is a secret of the user's, and isn't printed.
 */
export function announceTransfers(
  origin: AnnouncedOrigin | undefined,
  { token, variable }: AdminToken,
): void {
  if (origin === undefined) return
  process.stderr.write(`lastbyte: transfers are shown at ${shown(origin, { token, variable })}\n`)
}

function shown({ url, socket }: AnnouncedOrigin, { token, variable }: AdminToken): string {
  const page = `${url}/-/transfers`
  if (socket !== undefined) {
    const told = variable === undefined ? `; the token of this run is ${token}` : tokenOf(variable)
    return `${page} through the socket ${printableText(socket)}${told}`
  }
  return variable === undefined ? `${page}#token=${token}` : `${page}${tokenOf(variable)}`
}

function tokenOf(variable: string): string {
  return ` (the token is that of ${variable})`
}

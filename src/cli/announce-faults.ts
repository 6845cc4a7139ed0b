import type { AddressInfo } from 'node:net'
import type { AdminToken } from './admin-token.js'
import { localOrigin } from './local-origin.js'
import { prefixOf } from './prefix.js'
import type { Environment } from './settings/environment.js'

/** A rule to begin with: the next response ends after 1000 bytes. */
const EXAMPLE = '{"fault":{"kind":"truncate","at":1000},"times":1}'

/**
 * Prints on stderr how a rule is armed at the server that listens: the line for curl and the URL of the page, with the
 * token if it was drawn. A token that was given is a secret of the user's, and isn't printed.
 */
export function announceFaults(
  address: AddressInfo | string | null,
  settings: Pick<Environment, 'TLS_CERT' | 'PREFIX'>,
  { token, variable }: AdminToken,
): void {
  if (address === null || typeof address === 'string') return
  const url = `${localOrigin(address, settings)}${prefixOf(settings)}/-/faults`
  const isDrawn = variable === undefined
  const told = isDrawn ? `The token of this run is ${token}. ` : ''
  process.stderr.write(
    `lastbyte: faults are on. ${told}To arm one:\n` +
      `  curl -H "Authorization: Bearer ${isDrawn ? token : `$${variable}`}" --json '${EXAMPLE}' ${url}\n` +
      `  or in a browser: ${url}${isDrawn ? `#token=${token}` : ''}\n`,
  )
}

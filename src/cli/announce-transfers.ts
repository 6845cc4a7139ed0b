import type { AdminToken } from './admin-token.js'
import { localOrigin } from './local-origin.js'
import { prefixOf } from './prefix.js'
import type { BoundAddress } from './serving-urls.js'
import type { Environment } from './settings/environment.js'

/**
 * Prints on stderr where the transfers of the server are shown, with the token in the fragment, which browsers don't
 * send. A token that was given is a secret of the user's, and isn't printed.
 */
export function announceTransfers(
  bound: BoundAddress | undefined,
  settings: Pick<Environment, 'TLS_CERT' | 'PREFIX'>,
  { token, variable }: AdminToken,
): void {
  if (bound === undefined) return
  const url = `${localOrigin(bound, settings)}${prefixOf(settings)}/-/transfers`
  const shown =
    variable === undefined ? `${url}#token=${token}` : `${url} (the token is that of ${variable})`
  process.stderr.write(`lastbyte: transfers are shown at ${shown}\n`)
}

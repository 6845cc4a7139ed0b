import { LastbyteError } from '../errors.js'
import { withoutSecrets } from '../http/request-url.js'
import { withoutSecretsOf } from './report/secret-fields.js'
import type { Exchange } from './subject/exchange.js'

/** The error for a response that is not that of a file, so that there is nothing to check. */
export function unusable(
  { request, status }: Exchange,
  expected: string,
  received: string,
): LastbyteError {
  const message = `Cannot check ${withoutSecrets(request.url)}: expected ${expected}; received ${received}`
  return new LastbyteError('REFUSED', withoutSecretsOf(request, message), { status })
}

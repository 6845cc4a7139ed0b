import { timed } from '../async/with-timeout.js'
import type { Answer } from '../transport/response.js'
import type { ReadPolicy } from './read-policy.js'

/**
 * Asks for the bytes as they are, with these fields besides the person's own. A server that gives no
 * answer in time is let go of.
 *
 * @throws LastbyteError UNREACHABLE, SERVER_STALLED; the signal's reason
 */
export async function requestBytes(
  { transport, url, fields, stall }: ReadPolicy,
  own: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  const patience = new AbortController()
  const request = {
    url,
    fields: { ...fields, ...own, 'accept-encoding': 'identity' },
    signal: AbortSignal.any([signal, patience.signal]),
  }
  try {
    return await timed(transport(request), stall, signal)
  } catch (error) {
    patience.abort(error)
    throw error
  }
}

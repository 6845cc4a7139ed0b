import type { FastifyReply } from 'fastify'
import type { DisconnectWatcher } from '../delivery/client-disconnect.js'
import { LastbyteError } from '../errors.js'

/**
 * The signal for the work of a request that is no transfer: it is aborted when the client has left, and when
 * the response was sent. Work for a client that has left would delay those that wait.
 */
export function requestSignal(disconnects: DisconnectWatcher, reply: FastifyReply): AbortSignal {
  const ended = new AbortController()
  disconnects.watch(reply.request.raw, reply.raw, () => {
    ended.abort(
      new LastbyteError('CLIENT_GONE', 'Cannot respond: the client closed the connection'),
    )
  })
  return ended.signal
}

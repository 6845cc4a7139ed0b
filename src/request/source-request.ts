import type { FastifyReply, FastifyRequest } from 'fastify'
import { FAULT_FIELD, withoutFault } from '../fault/fault-header.js'
import { splitTarget } from '../http/request-target.js'
import type { Heal } from '../resume/retry-loop.js'
import type { Asker, OpenRequest } from '../source/byte-source.js'
import type { RegistrationContext } from './context.js'
import type { Delivery } from './exchange.js'

/** What a source is told of a request. What it asks of the fault layer is between the two of us. */
export function sourceRequest({ context, reply, transfer }: Delivery): OpenRequest {
  const { method, headers, raw } = reply.request
  const { [FAULT_FIELD]: _faults, ...fields } = headers
  return {
    method: method === 'HEAD' ? 'HEAD' : 'GET',
    range: headers.range,
    query: withoutFault(splitTarget(raw.url ?? '').query),
    fields,
    asker: clientOf(reply.request),
    onHeal: (heal) => note(context, reply, transfer, heal),
  }
}

/** Fields that are about the frames, or ask for a part: what frames are made of is requested for whole. */
const OF_FRAMES = new Set([
  'accept',
  'range',
  'last-event-id',
  'if-match',
  'if-none-match',
  'if-range',
  'if-modified-since',
  'if-unmodified-since',
])

/** What a source is told of a request for frames. `query`: what of it is not about frames. */
export function sourceRequestForFrames(delivery: Delivery, query: string): OpenRequest {
  const { fields = {}, ...request } = sourceRequest(delivery)
  const own = Object.entries(fields).filter(([name]) => !OF_FRAMES.has(name))
  return {
    ...request,
    range: undefined,
    query: withoutFault(query),
    fields: Object.fromEntries(own),
  }
}

/** Who asks, for X-Forwarded and Via fields. */
export function clientOf({ ip, protocol, host, raw }: FastifyRequest): Asker {
  return { address: ip, protocol, host, httpVersion: raw.httpVersion }
}

function note(
  { transfers }: RegistrationContext,
  reply: FastifyReply,
  transfer: Delivery['transfer'],
  { offset, tries, wait, error }: Heal,
): void {
  transfers.countHeal(transfer)
  const { path } = transfer.subject
  const { code, message } = error
  const ms = Math.round(wait)
  reply.log.warn({ path, offset, tries, wait: ms, error: { code, message } }, 'heals its source')
}

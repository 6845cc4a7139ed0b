import type { FastifyReply } from 'fastify'
import type { EarlyResponse } from '../fault/fault.js'
import type { FaultInjector } from '../request/fault-injector.js'
import type { PreparedResponse } from './prepared-response.js'
import { problemResponse } from './problem-response.js'

/**
 * The response of a fault that acts before the header section and replaces the real response.
 *
 * @param size bytes of the representation; undefined where they are not known
 * @throws the reason of the transfer's signal, when it is aborted meanwhile
 */
export async function earlyResponse(
  reply: FastifyReply,
  faults: FaultInjector | undefined,
  size: number | undefined,
): Promise<PreparedResponse | undefined> {
  const early = await faults?.before(size)
  return early && preparedEarly(reply, early)
}

/** A response of a fault before the header section. */
export function preparedEarly(reply: FastifyReply, early: EarlyResponse): PreparedResponse {
  if (early.kind === 'silence') return { kind: 'no-response' }
  if (early.kind === 'end') return { kind: 'no-response', ending: early.ending }
  const { status, fields } = early
  if (early.kind === 'content') {
    const bytes = Buffer.from(early.body)
    const framed = { ...fields, 'content-length': String(bytes.length) }
    return { kind: 'complete', status, fields: framed, bytes }
  }
  if (status < 400) return { kind: 'status', status, fields }
  const detail = 'Injected by the fault layer.'
  return { ...problemResponse(reply, { status, detail, fields }), isInjected: true }
}

import type { Delivery } from '../request/exchange.js'
import type { PassedAnswer } from '../source/byte-source.js'
import { type HeaderFields, mergeFields } from './header-fields.js'
import type { PreparedResponse } from './prepared-response.js'

/** Prepares the unchanged response of an upstream server. Where its body ends early, this one is cut. */
export function preparePassthrough(
  { reply, transfer }: Delivery,
  upstream: PassedAnswer,
): PreparedResponse {
  const { status, length } = upstream
  const release = async () => {
    await upstream.close()
  }
  let fields: HeaderFields
  try {
    fields = { ...mergeFields({}, reply.getHeaders()), ...mergeFields(upstream.fields, {}) }
  } catch (error) {
    release().catch(() => {})
    throw error
  }
  const isBodiless = status === 204 || status === 304
  if (length !== undefined && !isBodiless) fields['content-length'] = String(length)
  if (isBodiless || reply.request.method === 'HEAD') {
    release().catch(() => {})
    return { kind: 'complete', status, fields }
  }
  const rest = upstream.read(transfer.signal)[Symbol.asyncIterator]()
  const body = { length, first: undefined, rest }
  return { kind: 'body', status, fields, body, release }
}

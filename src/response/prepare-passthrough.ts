import type { FastifyReply } from 'fastify'
import type { Body } from '../delivery/deliver.js'
import { isEndless } from '../http/content-range.js'
import type { Delivery } from '../request/exchange.js'
import type { PassedAnswer } from '../source/byte-source.js'
import { type HeaderFields, mergeFields } from './header-fields.js'
import type { PreparedResponse } from './prepared-response.js'

/** The Trailer field of a response in chunks; node:http throws for one with a length or to HTTP/1.0. */
export function announcedTrailers(
  { request }: FastifyReply,
  trailers: PassedAnswer['trailers'],
): HeaderFields {
  const { announced } = trailers ?? {}
  return announced === undefined || request.raw.httpVersion === '1.0' ? {} : { trailer: announced }
}

/** Prepares the unchanged response of an upstream server. Where its body ends early, this one is cut. */
export function preparePassthrough(
  { context, reply, transfer }: Delivery,
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
  const trailers = upstream.trailers?.received
  // A file that grows: the source tells a quiet one from one that stalls.
  const isLive = isEndless(upstream.fields['content-range']?.toString())
  if (isLive) context.transfers.markOpenEnded(transfer)
  const waiting = isLive ? 'server' : 'source'
  const body: Body = { length, first: undefined, rest, trailers, waiting }
  return {
    kind: 'body',
    status,
    fields: { ...fields, ...announcedTrailers(reply, upstream.trailers) },
    body,
    release,
  }
}

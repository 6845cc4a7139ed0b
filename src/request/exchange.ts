import type { FastifyReply } from 'fastify'
import type { Transfer, TransferRecord } from '../delivery/transfer.js'
import { LastbyteError } from '../errors.js'
import type { ContentCoding } from '../http/content-coding.js'
import { splitTarget } from '../http/request-target.js'
import type { FaultInjector } from '../response/fault-injector.js'
import type { Settings } from '../settings/settings.js'
import type { RegistrationContext } from './context.js'
import type { ServedSource } from './source-registry.js'

/** What one answer is requested for. */
export interface RequestedFile {
  readonly key: string
  readonly served: ServedSource
  /** The value of Cache-Control, or undefined for none. */
  readonly cacheControl: string | undefined
  /** The content codings in which it may be given, best first. */
  readonly codings: readonly ContentCoding[]
  /** The application's own switch. */
  readonly signal?: AbortSignal | undefined
}

/** One delivery on its way. */
export interface Delivery {
  readonly context: RegistrationContext
  readonly reply: FastifyReply
  readonly transfer: Transfer
  /** What is to go wrong with it on purpose. */
  readonly faults?: FaultInjector | undefined
}

/** One request for a representation on its way to its answer. */
export interface Exchange extends Delivery {
  readonly context: RegistrationContext<Settings>
  readonly requested: RequestedFile
}

/**
 * Begins the record, and ends the work when the client leaves or the application gives up. `signal`:
 * the application's own switch.
 */
export function beginTransfer(
  context: RegistrationContext,
  reply: FastifyReply,
  signal?: AbortSignal,
): Delivery {
  const { request } = reply
  const { raw, method, headers } = request
  const { localAddress, localPort, remoteAddress, remotePort } = raw.socket
  const shared = raw.httpVersionMajor === 2
  const transfer = context.transfers.begin(
    { method, path: splitTarget(raw.url ?? '').path, range: headers.range },
    { localAddress, localPort, remoteAddress, remotePort, shared },
    context.settings,
    (record) => log(reply, record),
  )

  const cancel = () => {
    const cause = signal?.reason
    const message = 'Cannot send on: the application gave up'
    transfer.abort(new LastbyteError('CANCELLED', message, {}, { cause }))
  }
  if (signal?.aborted) cancel()
  else signal?.addEventListener('abort', cancel)

  context.disconnects.watch(raw, reply.raw, () => {
    signal?.removeEventListener('abort', cancel)
    if (!context.transfers.running.has(transfer)) return
    const message = 'Cannot send on: the client closed the connection'
    transfer.abort(new LastbyteError('CLIENT_GONE', message))
  })
  return { context, reply, transfer }
}

/** Tells of a transfer that is over in the turn in which it began. */
export function recordCompleted(
  context: RegistrationContext,
  reply: FastifyReply,
  bytes: number,
): void {
  const { method, headers, raw } = reply.request
  const { path } = splitTarget(raw.url ?? '')
  const { statusCode: status } = reply
  const record = { method, path, range: headers.range, status, bytes, ...AT_ONCE }
  context.transfers.recordCompleted(record)
  log(reply, record)
}

const AT_ONCE = { outcome: 'complete', heals: undefined, ms: 0, error: undefined } as const

/** One line a transfer. What it says of an error is its message: stacks are for what surprises. */
function log(reply: FastifyReply, record: TransferRecord): void {
  const { error, outcome } = record
  if (error === undefined) {
    reply.log.info(record, 'transfer')
    return
  }
  const cause = error.cause instanceof Error ? error.cause.message : undefined
  const told = { ...record, error: { code: error.code, message: error.message, cause } }
  const ours = outcome === 'source-failed' || outcome === 'changed'
  reply.log[ours ? 'warn' : 'info'](told, 'transfer')
}

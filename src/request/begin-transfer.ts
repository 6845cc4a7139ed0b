import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Transfer, TransferRecord } from '../delivery/transfer.js'
import { LastbyteError, toReadable } from '../errors.js'
import { splitTarget } from '../http/request-target.js'
import { noteTransfer } from '../observe/response-notes.js'
import { printableText } from '../printable-text.js'
import type { RegistrationContext } from './context.js'

/** A transfer and the reply whose body it sends. */
export interface TransferScope {
  readonly context: RegistrationContext
  readonly reply: FastifyReply
  readonly transfer: Transfer
}

/**
 * Begins the transfer of a request. It is aborted when the client disconnects, and when the
 * application aborts `signal`.
 */
export function beginTransfer(
  context: RegistrationContext,
  reply: FastifyReply,
  signal?: AbortSignal,
): TransferScope {
  const { request } = reply
  const { raw, method, headers } = request
  const { localAddress, localPort, remoteAddress, remotePort } = raw.socket
  const shared = raw.httpVersionMajor === 2
  const transfer = context.transfers.begin(
    { method, path: splitTarget(raw.url ?? '').path, range: headers.range },
    {
      localAddress,
      localPort,
      remoteAddress,
      remotePort,
      client: request.ip,
      protocol: protocolOf(raw),
      shared,
    },
    context.settings,
    (record) => logTransfer(reply, record),
  )

  noteTransfer(reply.raw, transfer)

  const stopListening = signal && cancelBy(signal, transfer)
  context.timers.watch(raw, reply.raw, transfer)
  context.disconnects.watch(raw, reply.raw, () => {
    stopListening?.()
    if (!context.transfers.running.has(transfer)) return
    const message = 'Cannot continue sending: the client closed the connection'
    transfer.abort(new LastbyteError('CLIENT_GONE', message))
  })
  return { context, reply, transfer }
}

/** Aborts the transfer when the signal is aborted. Returns a function that stops that. */
function cancelBy(signal: AbortSignal, transfer: Transfer): () => void {
  const cancel = () => {
    const cause = toReadable(signal.reason)
    const message = 'Cannot continue sending: the application cancelled the transfer'
    transfer.abort(new LastbyteError('CANCELLED', message, {}, { cause }))
  }
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel)
  return () => signal.removeEventListener('abort', cancel)
}

/** Records a transfer that ended in the turn of the event loop in which it began. */
export function recordCompleted(
  context: RegistrationContext,
  reply: FastifyReply,
  bytes: number,
): void {
  const { method, headers, raw } = reply.request
  context.timers.watch(raw, reply.raw)
  const { path } = splitTarget(raw.url ?? '')
  const { statusCode: status } = reply
  const record = { method, path, range: headers.range, status, bytes, ...COMPLETED }
  if (context.transfers.needsPeers) {
    const peer = { client: reply.request.ip, protocol: protocolOf(raw), shared: false }
    context.transfers.recordCompleted(record, { peer, expected: bytes })
  } else context.transfers.recordCompleted(record)
  logTransfer(reply, record)
}

function protocolOf({ httpVersionMajor, httpVersion }: FastifyRequest['raw']): string {
  return httpVersionMajor === 2 ? 'HTTP/2' : `HTTP/${httpVersion}`
}

const COMPLETED = { outcome: 'complete', heals: undefined, ms: 0, error: undefined } as const

/** Logs one line. Expected errors are logged with their message, but without a stack. */
function logTransfer(reply: FastifyReply, record: TransferRecord): void {
  const { error, outcome } = record
  const printable = printableRecord(record)
  if (error === undefined) {
    reply.log.info(printable, 'transfer')
    return
  }
  const cause = error.cause instanceof Error ? printableText(error.cause.message) : undefined
  const logged = { ...printable, error: { code: error.code, message: error.message, cause } }
  const isServerFailure = outcome === 'source-failed' || outcome === 'changed'
  reply.log[isServerFailure ? 'warn' : 'info'](logged, 'transfer')
}

/** A record without characters on which a terminal acts. */
function printableRecord(record: TransferRecord): TransferRecord {
  const path = printableText(record.path)
  const range = record.range && printableText(record.range)
  return path === record.path && range === record.range ? record : { ...record, path, range }
}

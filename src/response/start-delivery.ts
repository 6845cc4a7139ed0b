import { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Part } from '../delivery/body-parts.js'
import { type Body, deliver } from '../delivery/deliver.js'
import { FastifyPayload } from '../delivery/fastify-payload.js'
import { performEnding, type Response } from '../delivery/response-writer.js'
import { asLastbyteError, LastbyteError } from '../errors.js'
import type { Delivery } from '../request/exchange.js'
import { applyHeaders, skipsOnSend } from '../request/fastify-internals.js'
import { endingForError } from './fault-injector.js'

/**
 * Hands a body on to its delivery, which from here on ends the record and calls `release`: that frees
 * where the bytes come from.
 */
export function startDelivery(
  { context, reply, transfer, faults }: Delivery,
  body: Body<Part>,
  release: () => Promise<void>,
): void {
  let isRunning = false
  let stream: FastifyPayload | undefined
  const end = (error?: unknown) => {
    const failure =
      error === undefined ? undefined : asLastbyteError(error, 'SOURCE_FAILED', 'Cannot send body')
    // However it was noticed, the work behind is to stop.
    if (failure) transfer.abort(failure)
    release().catch((failure) => reply.log.error({ err: failure }, 'cannot close'))
    transfer.settle(failure)
    stream?.settle()
  }
  const begin = (response: Response) => {
    isRunning = true
    deliver(body, response, transfer, (bytes) =>
      context.transfers.countBytes(transfer, bytes),
    ).then(
      () => {
        faults?.note('complete')
        end()
      },
      (error) => {
        const ending = endingForError(error, body)
        if (ending.kind === 'told') context.transfers.countBytes(transfer, ending.bytes.length)
        faults?.noteEnding(ending, error)
        performEnding(ending, response)
        end(error)
      },
    )
  }
  // Faults have their own time, by which their clients tell a reset from an end.
  if (faults === undefined && reply.raw instanceof ServerResponse && skipsOnSend(reply)) {
    begin(takeOver(reply, release))
    return
  }
  stream = streamTo(reply, begin)
  reply.send(stream)
  if (isRunning) return
  // An onSend hook that takes its time, or fails, must not keep the file open when the client has left.
  transfer.signal.addEventListener('abort', () => {
    if (!isRunning) end(transfer.signal.reason)
  })
}

/** The response with its headers, where no hook is to see it. @throws what node:http says of a bad one */
function takeOver(reply: FastifyReply, release: () => Promise<void>): Response {
  const { raw } = reply
  try {
    applyHeaders(reply)
  } catch (error) {
    release().catch(() => {})
    throw error
  }
  reply.hijack()
  // Whatever is wrong with it, the delivery notices by itself.
  raw.on('error', () => {})
  return raw
}

/** What Fastify's hooks are shown; where it is piped to the response, the delivery begins. */
function streamTo(reply: FastifyReply, begin: (response: Response) => void): FastifyPayload {
  return new FastifyPayload((response) => {
    if (response !== reply.raw) {
      const message =
        'Cannot send body: an onSend hook pipes it elsewhere; exclude this route from compression'
      throw new LastbyteError('BODY_INTERCEPTED', message)
    }
    begin(response)
  })
}

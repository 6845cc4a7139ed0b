import { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { deliver } from '../delivery/deliver.js'
import { FastifyPayload } from '../delivery/fastify-payload.js'
import { performEnding, type Response } from '../delivery/response-writer.js'
import type { Ending } from '../ending.js'
import { asLastbyteError, type LastbyteError, toError } from '../errors.js'
import { InjectedEnding } from '../fault/injected-ending.js'
import type { Delivery } from '../request/exchange.js'
import type { BodyResponse } from './prepared-response.js'
import { ignoreLaterPayloads, isReplaced } from './reply-state.js'
import { applyHeaders } from './write-fields.js'

/**
 * Starts the delivery of a body whose header fields are set on the reply. From then on the delivery settles
 * the transfer and releases the source of the body, each exactly once.
 *
 * @throws what node:http throws for a header field that can't be sent; the source is released then
 */
export function startDelivery(delivery: Delivery, response: BodyResponse): void {
  const { context, reply, faults, transfer } = delivery
  const running = new RunningDelivery(delivery, response)
  // With faults the body is sent through Fastify: the time between the last bytes and a reset, from which
  // clients detect it, was tuned for that path.
  if (
    faults === undefined &&
    reply.raw instanceof ServerResponse &&
    context.internals.skipsOnSend(reply)
  ) {
    try {
      applyHeaders(reply)
    } catch (error) {
      running.release()
      throw error
    }
    reply.hijack()
    // Without a listener the error would be thrown. The delivery detects it by its own writes.
    reply.raw.on('error', ignore)
    running.begin(reply.raw)
    return
  }
  reply.send(running.payload(reply))
  // An onSend hook may never settle; a disconnect meanwhile must still release the source.
  if (transfer.abortReason !== undefined) running.endUnlessBegun()
  else transfer.signal.addEventListener('abort', () => running.endUnlessBegun(), { once: true })
}

/** One delivery from its start to its end. */
class RunningDelivery {
  #state: 'waiting' | 'begun' | 'ended' = 'waiting'
  #payload: FastifyPayload | undefined

  constructor(
    private readonly delivery: Delivery,
    private readonly response: BodyResponse,
  ) {}

  /** The payload for `reply.send`, which Fastify pipes to the response after the onSend hooks. */
  payload(reply: FastifyReply): FastifyPayload {
    const { raw } = reply
    const start = () => {
      ignoreLaterPayloads(reply)
      this.begin(raw)
    }
    this.#payload = new FastifyPayload(raw, start, this.response.path)
    return this.#payload
  }

  begin(destination: Response): void {
    // The client disconnected while an onSend hook waited, and the transfer is already settled.
    if (this.#state === 'ended') {
      performEnding({ kind: 'cut' }, destination)
      return
    }
    this.#state = 'begun'
    const { context, reply, transfer, faults } = this.delivery
    const { body } = this.response
    context.internals.endHandlerTimeout(reply)
    const count = (bytes: number) => context.transfers.countBytes(transfer, bytes)
    deliver(body, destination, transfer, count).then(
      () => {
        faults?.note('complete')
        this.#end(undefined)
      },
      (thrown) => {
        const error = asLastbyteError(thrown, 'SOURCE_FAILED', 'Cannot send body')
        const ending = this.#endingFor(thrown, error)
        if (ending.kind === 'error-frame') count(ending.bytes.length)
        faults?.noteEnding(ending, error)
        performEnding(ending, destination)
        this.#end(error)
      },
    )
  }

  endUnlessBegun(): void {
    if (this.#state === 'waiting') this.#end(this.delivery.transfer.abortReason)
  }

  release(): void {
    const { reply } = this.delivery
    this.response
      .release()
      .catch((error) =>
        reply.log.error({ err: toError(error) }, 'cannot close the source of a body'),
      )
  }

  /**
   * The ending of the body after an error: an error frame where the format has one, otherwise a cut. A body that
   * ends with its connection looks complete after a FIN, so that connection is reset.
   */
  #endingFor(thrown: unknown, error: LastbyteError): Ending {
    const { framing } = this.response.body
    if (error instanceof InjectedEnding) return error.ending
    const cut: Ending = { kind: this.#endsWithConnection ? 'reset' : 'cut' }
    if (framing === undefined || CLIENT_ERRORS.has(error.code)) return cut
    try {
      return { kind: 'error-frame', bytes: Buffer.from(framing.failure(thrown)) }
    } catch (failure) {
      this.delivery.reply.log.error(
        { err: toError(failure) },
        'cannot describe the error of a body',
      )
      return cut
    }
  }

  /** Whether nothing but the end of the connection ends the body, as for HTTP/1.0 (RFC 9112 §6.3). */
  get #endsWithConnection(): boolean {
    const { raw } = this.delivery.reply
    const { length } = this.response.body
    return length === undefined && raw instanceof ServerResponse && !raw.chunkedEncoding
  }

  #end(error: LastbyteError | undefined): void {
    this.#state = 'ended'
    const { transfer } = this.delivery
    // Stops reads that are in progress.
    if (error !== undefined) transfer.abort(error)
    if (isReplaced(transfer)) settleReplaced(this.delivery)
    else transfer.settle(error === undefined ? { kind: 'complete' } : { kind: 'failed', error })
    this.release()
    this.#payload?.settle()
  }
}

function ignore(): void {}

/** Settles a transfer that an error has replaced, with the status that the error handlers choose. */
export function settleReplaced({ context, reply, transfer }: Delivery): void {
  context.disconnects.watch(reply.request.raw, reply.raw, () => {
    transfer.status = reply.statusCode
    transfer.settle({ kind: 'failed', error: transfer.signal.reason })
  })
}

/** Errors after which the client can't receive an error frame. */
const CLIENT_ERRORS: ReadonlySet<string> = new Set(['CLIENT_GONE', 'CLIENT_STALLED'])

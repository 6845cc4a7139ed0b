import { BodyStream } from './delivery/body-stream.js'
import { type Body, deliver } from './delivery/deliver.js'
import type { Part } from './delivery/parts.js'
import { carryOut } from './delivery/response-writer.js'
import { asLastbyteError, LastbyteError } from './errors.js'
import type { Delivery } from './exchange.js'
import { endingOf } from './fault-stage.js'

/**
 * Hands a body to Fastify. From here on its delivery ends the record and calls `release`, which
 * frees where the bytes come from.
 */
export function handOn(
  { desk, reply, transfer, faults }: Delivery,
  body: Body<Part>,
  release: () => Promise<void>,
): void {
  let running: Promise<void> | undefined
  const end = (error?: unknown) => {
    const failure =
      error === undefined ? undefined : asLastbyteError(error, 'SOURCE_FAILED', 'Cannot send body')
    // However it was noticed, the work behind is to stop.
    if (failure) transfer.abort(failure)
    release().catch((failure) => reply.log.error({ err: failure }, 'cannot close'))
    transfer.settle(failure)
    stream.settle()
  }
  const stream = new BodyStream((response) => {
    if (response !== reply.raw) {
      const message =
        'Cannot send body: an onSend hook pipes it elsewhere; exclude this route from compression'
      throw new LastbyteError('BODY_INTERCEPTED', message)
    }
    running = deliver(body, response, transfer, (bytes) => desk.book.countBytes(transfer, bytes))
    running.then(
      () => {
        faults?.note('complete')
        end()
      },
      (error) => {
        const ending = endingOf(error, body)
        if (ending.kind === 'told') desk.book.countBytes(transfer, ending.bytes.length)
        faults?.noteEnding(ending, error)
        carryOut(ending, response)
        end(error)
      },
    )
  })
  reply.send(stream)
  // An onSend hook that takes its time, or fails, must not keep the file open when the client has left.
  if (running === undefined) {
    transfer.signal.addEventListener('abort', () => {
      if (running === undefined) end(transfer.signal.reason)
    })
  }
}

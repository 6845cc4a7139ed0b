import type { FastifyReply } from 'fastify'
import { performEnding, whenFinished } from '../delivery/response-writer.js'
import { asLastbyteError } from '../errors.js'
import { beginTransfer, recordCompleted } from '../request/begin-transfer.js'
import type { RegistrationContext } from '../request/context.js'

/**
 * Turns of the event loop after which the kernel has mostly accepted a response: TLS reports it one turn after the
 * write, and HTTP/2 writes one turn after the response.
 */
const TURNS = 4

export interface SentContent {
  readonly bytes: number
  /** Called when no write refers to the content any more. */
  readonly release: (() => void) | undefined
}

/**
 * Records the transfer of a response that was written completely: when the kernel has accepted all bytes, as one that
 * took no time. One that takes more than a few turns of the event loop becomes a transfer that is watched for stalls.
 */
export function recordSent(
  context: RegistrationContext,
  reply: FastifyReply,
  content: SentContent,
): void {
  if (!reply.raw.writableFinished) {
    new SentResponse(context, reply, content)
    return
  }
  content.release?.()
  recordCompleted(context, reply, content.bytes)
}

/** A response whose bytes the kernel has not accepted yet. */
class SentResponse {
  #isOver = false
  /** Called when the kernel has accepted the bytes. */
  #accepted = () => {
    this.content.release?.()
    recordCompleted(this.context, this.reply, this.content.bytes)
  }
  #failed = (error: Error) => {
    this.#follow()
    this.#failed(error)
  }

  constructor(
    private readonly context: RegistrationContext,
    private readonly reply: FastifyReply,
    private readonly content: SentContent,
  ) {
    const accepted = () => {
      this.#isOver = true
      this.#accepted()
    }
    const failed = (error: Error) => {
      this.#isOver = true
      this.#failed(error)
    }
    whenFinished(reply.raw)(accepted, failed)
    this.#wait(TURNS)
  }

  #wait(turns: number): void {
    setImmediate(() => {
      if (this.#isOver) return
      if (turns > 1) this.#wait(turns - 1)
      else this.#follow()
    })
  }

  #follow(): void {
    const { context, reply, content } = this
    const { transfer } = beginTransfer(context, reply)
    transfer.status = reply.statusCode
    transfer.expected = content.bytes
    transfer.waitFor('client')
    const accepted = transfer.during<undefined>((resolve, reject) => {
      this.#accepted = () => resolve(undefined)
      this.#failed = reject
    })
    accepted.then(
      () => {
        content.release?.()
        context.transfers.countBytes(transfer, content.bytes)
        transfer.settle({ kind: 'complete' })
      },
      (thrown) => {
        performEnding({ kind: 'cut' }, reply.raw)
        content.release?.()
        const error = asLastbyteError(thrown, 'CLIENT_GONE', 'Cannot send body')
        transfer.settle({ kind: 'failed', error })
      },
    )
  }
}

import { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { LastbyteError } from '../errors.js'
import { isWrittenByNode } from './byte-writes.js'
import type { Response } from './response-writer.js'

/** What is called when a queued chunk has been accepted by the kernel, or can't be any more. */
export interface ChunkOutcome {
  accepted(): void
  failed(error: LastbyteError): void
}

/**
 * Writes text to a response of HTTP/1.1 as one chunk of the chunked transfer coding (RFC 9112 §7.1), by one write of
 * its socket. `response.write` needs four writes of the socket, a buffer and two ticks for the same bytes.
 */
export class ChunkWriter {
  private constructor(
    private readonly response: ServerResponse,
    private readonly socket: Socket,
  ) {}

  /** undefined for a response whose chunks `response.write` must write, or whose head has not been written. */
  static of(response: Response): ChunkWriter | undefined {
    if (!(response instanceof ServerResponse) || !response.headersSent) return undefined
    const { socket, chunkedEncoding } = response
    // A response that is pipelined behind another has no socket yet.
    if (socket === null || !chunkedEncoding || !isWrittenByNode(response)) return undefined
    flattenHead(response)
    return new ChunkWriter(response, socket)
  }

  /**
   * Writes a chunk. Unless the kernel has accepted it in this call, one method of the outcome is called, or none after
   * a disconnect.
   *
   * @param text not empty: an empty chunk would end the message
   * @param bytes of the text in UTF-8
   */
  write(text: string, bytes: number, outcome: ChunkOutcome): 'accepted' | 'queued' {
    const { socket } = this
    if (!this.#isOpen) return fail(outcome)
    // Without a character beyond ASCII both encodings are the same, and this one is copied fastest.
    const encoding = bytes === text.length ? 'latin1' : 'utf8'
    socket.write(`${bytes.toString(16)}\r\n${text}\r\n`, encoding)
    if (socket.errored) return fail(outcome, socket.errored)
    if (socket.writableLength === 0) return 'accepted'
    socket.write('', (error) => {
      if (error) fail(outcome, error)
      else outcome.accepted()
    })
    return 'queued'
  }

  /** Whether the response still has its connection and has not been ended by anybody else. */
  get #isOpen(): boolean {
    const { response, socket } = this
    return response.socket === socket && !response.writableEnded && socket.writable
  }
}

/**
 * Makes one string of the head, which node:http keeps as a tree of the 30 parts that it was concatenated from: 1 KiB for
 * each open stream.
 */
function flattenHead(response: ServerResponse): void {
  const { _header: head } = response as { _header?: unknown }
  if (typeof head === 'string') head.charCodeAt(0)
}

function fail(outcome: ChunkOutcome, cause?: Error): 'queued' {
  const why = cause?.message ?? 'the response was ended'
  const message = `Cannot continue sending: the connection is closed: ${why}`
  outcome.failed(new LastbyteError('CLIENT_GONE', message, {}, { cause }))
  return 'queued'
}

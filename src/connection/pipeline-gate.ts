import type { Server, Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { endOfPiece, endsWithEmptyLine, lastBytes } from './request-pieces.js'
import type { AnswerListener, UnansweredRequests } from './unanswered-requests.js'

/** A socket with the parser that node:http reads it with; null after an upgrade. */
type HttpSocket = Socket & { readonly parser?: object | null; [GATE]?: PipelineGate }

const GATE = Symbol('lastbyte.pipelineGate')
const NOTHING = Buffer.alloc(0)

/**
 * Limits the pipelined requests that an HTTP/1.1 connection occupies the server with. node:http parses everything
 * that it has read at once: thousands of requests from one packet, in one turn of the event loop, whose responses all
 * wait in memory.
 */
export function limitPipelining(
  server: Server,
  unanswered: UnansweredRequests,
  limit: number,
): void {
  const event = server instanceof TlsServer ? 'secureConnection' : 'connection'
  server.on(event, (socket: HttpSocket) => {
    if (socket.parser) new PipelineGate(socket, unanswered, limit)
  })
}

/**
 * Stands between the bytes of a socket and its parser. A piece with at most `limit` requests is passed on in each
 * turn of the event loop, and none while `limit` requests wait for their responses or the client does not read them.
 * The socket is not read meanwhile. Its functions are those of all sockets, since most connections are idle.
 */
class PipelineGate implements AnswerListener {
  /** What has been received and not passed on; null is the end. */
  readonly #held: (Buffer | null)[] = []
  readonly #push: Socket['push']
  readonly #read: Socket['_read']
  #scheduled: NodeJS.Immediate | undefined
  /** The last bytes that were passed on. */
  #passed: Buffer = NOTHING

  constructor(
    private readonly socket: HttpSocket,
    private readonly unanswered: UnansweredRequests,
    private readonly limit: number,
  ) {
    // A parser that has taken over the handle passes no bytes through the socket. A listener makes it give up that.
    socket.on('data', ignore).off('data', ignore)
    this.#push = socket.push
    this.#read = socket._read
    socket[GATE] = this
    socket.push = gatedPush
    socket._read = gatedRead
    unanswered.onAnswer(socket, this)
    socket.on('drain', onDrain)
  }

  answered(): void {
    this.#schedule()
  }

  read(size: number): void {
    if (this.#held.length > 0) this.#schedule()
    else this.#read.call(this.socket, size)
  }

  /** Whether more may be received at once, as the `push` of a stream. */
  receive(chunk: Buffer | null): boolean {
    if (this.#held.length > 0) {
      this.#held.push(chunk)
      return false
    }
    if (chunk === null) return this.#push.call(this.socket, null)
    const end = this.#endOfPiece(chunk)
    if (end === chunk.length) return this.#pass(chunk)
    if (end > 0) this.#pass(chunk.subarray(0, end))
    this.#held.push(chunk.subarray(end))
    this.#schedule()
    return false
  }

  #schedule(): void {
    if (this.#held.length === 0) return
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined
      this.#passOn()
    })
  }

  /** Passes one piece on. The stream reads on by itself after the last one. */
  #passOn(): void {
    if (this.socket.destroyed || this.socket.isPaused()) return
    const next = this.#held.shift()
    if (next === undefined) return
    if (next === null) {
      this.#push.call(this.socket, null)
      return
    }
    const end = this.#endOfPiece(next)
    if (end < next.length) this.#held.unshift(next.subarray(end))
    if (end === 0) return
    this.#pass(next.subarray(0, end))
    this.#schedule()
  }

  #pass(piece: Buffer): boolean {
    this.#passed = lastBytes(this.#passed, piece)
    return this.#push.call(this.socket, piece)
  }

  /** Bytes that may be passed on now. */
  #endOfPiece(chunk: Buffer): number {
    const { socket, unanswered, limit } = this
    // Bytes of another protocol, after an upgrade, are not counted.
    if (!socket.parser) return chunk.length
    const room = socket.writableNeedDrain ? 0 : Math.max(0, limit - unanswered.of(socket))
    const count = this.#isMidway() || this.#awaitsBody() ? Math.max(room, 1) : room
    return endOfPiece(chunk, count, this.#passed)
  }

  /** Whether a header section may have begun. Its rest is not held: its timeout runs since its first byte was parsed. */
  #isMidway(): boolean {
    return this.#passed.length > 0 && !endsWithEmptyLine(this.#passed)
  }

  /** Whether the next request to be answered lacks a part of its body, without which it never is. */
  #awaitsBody(): boolean {
    return this.unanswered.onlyOf(this.socket)?.request.complete === false
  }
}

function ignore(): void {}

function gatedPush(this: HttpSocket, chunk: Buffer | null): boolean {
  return this[GATE]?.receive(chunk) ?? false
}

function gatedRead(this: HttpSocket, size: number): void {
  this[GATE]?.read(size)
}

function onDrain(this: HttpSocket): void {
  this[GATE]?.answered()
}

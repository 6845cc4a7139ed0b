import { type NetConnectOpts, Socket, type SocketConstructorOpts } from 'node:net'
import type { Slab, SlabPool } from './slab.js'

/** Bytes of the first read for a response: the parser copies those of the body that come with the header section. */
const FIRST_READ = 16 * 1024

/**
 * Receives each chunk of a connection, and releases the slab when it needs the chunk no longer. `false` stops the
 * reading until `resume`.
 */
export type Receiver = (chunk: Uint8Array, slab: Slab) => boolean

/** A connection that reads all available bytes at once, into slabs. They go to node:http, unless there is a receiver. */
export class SlabSocket extends Socket {
  #receiver: Receiver | undefined
  #isParsing = false
  /** Whether the next bytes begin a response. */
  #isFirst = true
  /** Called once node:http has parsed the chunk that it is parsing. */
  #afterParsing: (() => void) | undefined

  constructor(options: NetConnectOpts, pool: SlabPool) {
    let slab = pool.take()
    let room = slab.room() as Uint8Array
    const onread = {
      buffer: () => {
        const left = slab.room()
        if (left === undefined) {
          slab.retire()
          slab = pool.take()
        }
        room = left ?? (slab.room() as Uint8Array)
        return this.#isFirst ? room.subarray(0, FIRST_READ) : room
      },
      callback: (bytes: number) => this.#received(slab.take(bytes), slab),
    }
    super({ ...options, onread } as object as SocketConstructorOpts)
    // The last chunk may still be in use by the parser's error, and the handle is closed only now.
    this.once('close', () => slab.retire())
  }

  /** Sends the following chunks to a receiver in place of node:http; undefined: to node:http again. */
  receive(receiver: Receiver | undefined): void {
    this.#receiver = receiver
  }

  /** Closes the connection if it receives anything: it would be the response to the next request. */
  expectNothing(): void {
    this.receive(() => {
      this.destroy()
      return false
    })
  }

  /** To be called with the last chunk of a response: the next one begins another. */
  beginResponse(): void {
    this.#isFirst = true
  }

  /**
   * Calls back when node:http has parsed the chunk that it is parsing, at once if it is parsing none. Never where a
   * chunk waits, or has waited, while the socket was paused.
   */
  afterParsing(then: () => void): void {
    if (this.#isParsing) this.#afterParsing = then
    else if (this.readableLength === 0) then()
  }

  /** Emits what has waited while the socket was paused. */
  override read(size?: number): unknown {
    const wasParsing = this.#isParsing
    this.#isParsing = true
    try {
      return super.read(size)
    } finally {
      this.#isParsing = wasParsing
    }
  }

  #received(chunk: Uint8Array, slab: Slab): boolean {
    this.#isFirst = false
    if (this.#receiver !== undefined) return this.#receiver(chunk, slab)
    this.#afterParsing = undefined
    this.#isParsing = true
    const goesOn = this.push(chunk)
    this.#isParsing = false
    // The parser copies what it keeps. While the socket is paused, the chunk waits in its queue.
    if (this.readableLength === 0 && !this.destroyed) {
      slab.release()
      this.#parsed()
    }
    return goesOn
  }

  #parsed(): void {
    this.#afterParsing?.()
  }
}

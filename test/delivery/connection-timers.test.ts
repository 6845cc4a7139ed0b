import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ConnectionTimers } from '../../src/delivery/connection-timers.js'

const TIMEOUT = 1000
const DESCRIPTOR = 7

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** What has an idle timer. `idle` is set when the timer has fired. */
class Timed extends EventEmitter {
  timeout: number | undefined
  idle = false
  destroyed = false
  #timer: NodeJS.Timeout | undefined

  setTimeout(ms: number): this {
    this.timeout = ms
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.idle = true
    }, ms)
    return this
  }
}

class FakeSocket extends Timed {
  readonly _handle = { fd: DESCRIPTOR }
  readonly localAddress = '127.0.0.1'
  readonly localPort = 80
  readonly remoteAddress = '127.0.0.1'
  readonly remotePort = 1
  readonly server: { keepAliveTimeout?: number } = {}
}

/** One connection with an open response, and its send queue. */
function scene() {
  const queue = { bytes: 50_000 }
  const calls = { unsentBytes: vi.fn((_descriptor: number) => queue.bytes) }
  const timers = new ConnectionTimers(calls)
  const socket = new FakeSocket()
  const response = { writableFinished: false, destroyed: false }
  const watch = () =>
    timers.watch({ socket } as unknown as IncomingMessage, response as unknown as ServerResponse)
  /** Advances the clock in steps of 50 ms; calls `each` before every step. */
  const pass = async (ms: number, each = () => {}) => {
    for (let at = 0; at < ms; at += 50) {
      each()
      await vi.advanceTimersByTimeAsync(50)
    }
  }
  const acknowledge = () => {
    queue.bytes -= 10
  }
  return { queue, calls, timers, socket, response, watch, pass, acknowledge }
}

describe('ConnectionTimers', () => {
  it('restarts the timer of a socket while its client acknowledges bytes, and no longer', async () => {
    const { socket, watch, pass, acknowledge } = scene()
    socket.setTimeout(TIMEOUT)
    watch()
    await pass(5000, acknowledge)
    expect(socket.idle).toBe(false)
    await pass(1.25 * TIMEOUT)
    expect(socket.idle).toBe(true)
  })

  it('does not restart the timer of a client that acknowledges nothing', async () => {
    const { socket, watch, pass } = scene()
    socket.setTimeout(TIMEOUT)
    watch()
    await pass(TIMEOUT)
    expect(socket.idle).toBe(true)
  })

  it('restarts the timers of the sockets below a TLS socket', async () => {
    const { socket, watch, pass, acknowledge } = scene()
    const below = new FakeSocket().setTimeout(TIMEOUT)
    Object.assign(socket, { _parent: below })
    watch()
    await pass(5000, acknowledge)
    expect(below.idle).toBe(false)
  })

  it('restarts the timer of a response that was sent until its last byte is acknowledged', async () => {
    const { queue, calls, socket, response, watch, pass, acknowledge } = scene()
    socket.server.keepAliveTimeout = TIMEOUT
    watch()
    response.writableFinished = true
    socket.setTimeout(TIMEOUT)
    await pass(5000, acknowledge)
    expect(socket.idle).toBe(false)
    queue.bytes = 0
    await pass(TIMEOUT / 2)
    const { length } = calls.unsentBytes.mock.calls
    await pass(TIMEOUT)
    expect(socket.idle).toBe(true)
    expect(calls.unsentBytes).toHaveBeenCalledTimes(length)
  })

  it('watches the connection again for its next response', async () => {
    const { queue, socket, response, watch, pass, acknowledge } = scene()
    socket.setTimeout(TIMEOUT)
    watch()
    response.writableFinished = true
    queue.bytes = 0
    await pass(TIMEOUT / 2)
    response.writableFinished = false
    queue.bytes = 50_000
    socket.setTimeout(TIMEOUT)
    watch()
    await pass(5000, acknowledge)
    expect(socket.idle).toBe(false)
  })

  it('does nothing for a connection that is closed, or without timers', async () => {
    const { calls, socket, watch, pass, acknowledge } = scene()
    watch()
    await pass(5000, acknowledge)
    expect([socket.timeout, socket.idle]).toEqual([undefined, false])
    socket.destroyed = true
    await pass(2500)
    calls.unsentBytes.mockClear()
    await pass(5000)
    expect(calls.unsentBytes).not.toHaveBeenCalled()
  })

  it('reads the tables of the kernel where the system call is not available', async () => {
    const { socket, response, pass } = scene()
    const queue = { bytes: 50_000 }
    const ends = '0100007F:0050 0100007F:0001'
    const timers = new ConnectionTimers(
      undefined,
      () => performance.now(),
      async () => new Map([[ends, queue.bytes]]),
    )
    socket.setTimeout(TIMEOUT)
    timers.watch({ socket } as unknown as IncomingMessage, response as unknown as ServerResponse)
    await pass(5000, () => {
      queue.bytes -= 1
    })
    expect(socket.idle).toBe(false)
  })
})

/** A stream of an HTTP/2 session, and its send queue. */
function sessionScene({ isFinished = false } = {}) {
  const { queue, timers, socket, pass, acknowledge } = scene()
  const session = Object.assign(new Timed(), { socket, goaway: () => {} }).setTimeout(TIMEOUT)
  const stream = Object.assign(new Timed(), { session, pushStream: () => {} }).setTimeout(TIMEOUT)
  const progress = { beats: 0 }
  const response = { stream, writableFinished: isFinished }
  timers.watch(
    { socket } as unknown as IncomingMessage,
    response as unknown as Http2ServerResponse,
    progress,
  )
  return { queue, session, stream, progress, pass, acknowledge }
}

describe('ConnectionTimers of HTTP/2', () => {
  it('restarts the timers of a session and of a stream whose bytes are acknowledged', async () => {
    const { session, stream, pass, acknowledge } = sessionScene()
    await pass(10_000, acknowledge)
    expect([session.idle, stream.idle]).toEqual([false, false])
  })

  it('watches the session alone of a response that was sent, so that its stream is not kept', async () => {
    const { session, stream, pass, acknowledge } = sessionScene({ isFinished: true })
    await pass(10_000, acknowledge)
    expect([session.idle, stream.idle]).toEqual([false, true])
  })

  it('restarts the timer of the session alone while only other streams are active', async () => {
    const { queue, session, stream, pass } = sessionScene()
    queue.bytes = 100
    // Other streams write 30 bytes for each 30 that the client acknowledges.
    let step = 0
    await pass(10_000, () => {
      step += 1
      queue.bytes += step % 10 < 5 ? 6 : -6
    })
    expect([session.idle, stream.idle]).toEqual([false, true])
  })
})

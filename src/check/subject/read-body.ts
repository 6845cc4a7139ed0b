import type { Readable } from 'node:stream'
import type { End, Midway } from './exchange.js'

export interface ReadBody {
  readonly body: Buffer
  readonly end: End
}

/**
 * What is read of one body: at most `read` bytes. `announced` is its length, if it was announced.
 */
export interface Reading {
  readonly read: number
  /** What is read of a body that is announced as longer than `read`. Default: `read`. */
  readonly readIfLonger?: number | undefined
  readonly announced: number | undefined
  readonly timeout: number
  readonly midway?: Midway | undefined
}

/** Bytes per ms that a body has at least on average; a server that sends a byte now and then never ends. */
const SLOWEST = 16
/** ms that a timer can have. */
const LONGEST = 2 ** 31 - 1

/**
 * Reads a body until its end, or until it has as many bytes as wanted. `leave` closes the connection where the
 * body is not read to its end. Never rejects: how the body ended is part of what is checked.
 */
export function readBody(
  stream: Readable,
  { read: most, readIfLonger = most, announced, timeout, midway }: Reading,
  leave: () => void,
): Promise<ReadBody> {
  const read = announced !== undefined && announced > most ? readIfLonger : most
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    let isPaused = false
    const giveUp = () => {
      if (!isPaused) finish('stalled')
    }
    const stalled = setTimeout(giveUp, timeout)
    const enough = timeout + Math.min(read, announced ?? read) / SLOWEST
    const late = setTimeout(giveUp, Math.min(enough, LONGEST))
    const pause = async ({ act }: Midway) => {
      isPaused = true
      stream.pause()
      await act()
      isPaused = false
      stalled.refresh()
      late.refresh()
      stream.resume()
    }
    const finish = (end: End) => {
      clearTimeout(stalled)
      clearTimeout(late)
      stream.removeListener('data', onData)
      if (end !== 'complete') leave()
      resolve({ body: Buffer.concat(chunks).subarray(0, read), end })
    }
    const onData = (chunk: Buffer) => {
      stalled.refresh()
      chunks.push(chunk)
      const isMidway = midway !== undefined && length < midway.after
      length += chunk.length
      if (isMidway && length >= midway.after) void pause(midway)
      // The end of a body of exactly as many bytes follows at once.
      if (length > read || (length === read && announced !== read)) finish('left')
    }
    // A stream of node:http2 that was reset without an error ends, too.
    stream.on('end', () => finish(isReset(stream) ? 'reset' : 'complete'))
    stream.on('error', (error: NodeJS.ErrnoException) => finish(endOf(error)))
    stream.on('close', () => finish('short'))
    if (read === 0 && announced !== 0) finish('left')
    else stream.on('data', onData)
  })
}

function isReset(stream: Readable): boolean {
  const { rstCode = 0 } = stream as { rstCode?: number }
  return rstCode !== 0
}

/** node:http says `aborted` for a FIN and for an RST; the code of the socket's error tells them apart. */
function endOf({ code, message }: NodeJS.ErrnoException): End {
  if (code === 'ECONNRESET' && message !== 'aborted') return 'reset'
  return code === 'ERR_HTTP2_STREAM_ERROR' ? 'reset' : 'short'
}

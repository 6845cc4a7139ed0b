import { BoundedWait, type WaitLimit } from '../async/bounded-wait.js'
import { releaseIterator } from '../async/release-iterator.js'
import type { LastbyteError } from '../errors.js'
import { type RetryPort, waitForRetry } from './retry-loop.js'

/** The bytes to read. */
export interface ReadRange {
  readonly start: number
  /** undefined: the end of the representation, whose size is not known. */
  readonly end: number | undefined
}

/** A response that continues a read. */
export interface Continuation {
  readonly body: AsyncIterator<Uint8Array>
  /** The end of the bytes to read, if it is known now. */
  readonly end: number | undefined
  /** The end of the bytes that the response announces, where it may be before `end`. */
  readonly until?: number | undefined
}

/** What a resuming read needs from a client or a source. */
export interface ResumePort extends RetryPort {
  /** How long one chunk may take. */
  readonly stall: WaitLimit
  /**
   * Requests the rest of the version that is being read, and judges the response before its body is
   * read: none of its bytes may belong to another version or position.
   */
  readonly reopen: (rest: ReadRange, signal: AbortSignal) => Promise<Continuation>
  /** The error of a body that ends before the range does. */
  readonly short: (offset: number) => LastbyteError
  /**
   * The error of a body that is longer than the range, or than its response announces. Absent: the body is cut to
   * the range, for ports that check the length of each response themselves.
   */
  readonly excess?: (offset: number) => LastbyteError
}

/**
 * The bytes of a range of one version, each once and in order, through any number of responses that
 * end early or stall: each next response continues at the first missing byte. The budget is reset by
 * each received byte.
 *
 * @param first the body of a response that has been judged already, if it starts where the range does;
 *   called at the first read
 * @throws as the port decides; the signal's reason
 */
export async function* resumingRead(
  port: ResumePort,
  range: ReadRange,
  signal: AbortSignal,
  first: () => AsyncIterator<Uint8Array> | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const wait = new BoundedWait(signal, port.stall)
  let { start: next, end } = range
  let body = first()
  /** The end of the bytes of `body`, if it is announced. */
  let until: number | undefined
  try {
    while (end === undefined || next < end) {
      let chunk: Uint8Array
      try {
        if (body === undefined) {
          ;({ body, end, until } = await port.reopen({ start: next, end }, signal))
          // The response may say that the bytes before `next` were all.
          continue
        }
        const { done, value } = await wait.for(body.next())
        if (done && end === undefined) return
        if (done) throw port.short(next)
        chunk = cutToRange(value, next, until ?? end, port)
      } catch (thrown) {
        releaseIterator(body)
        body = undefined
        await waitForRetry(port, { thrown, offset: next }, signal)
        continue
      }
      if (chunk.length === 0) continue
      port.budget.progress()
      next += chunk.length
      yield chunk
    }
  } finally {
    wait.close()
    releaseIterator(body)
  }
}

function cutToRange(
  chunk: Uint8Array,
  offset: number,
  end: number | undefined,
  { excess }: ResumePort,
): Uint8Array {
  if (end === undefined || offset + chunk.length <= end) return chunk
  if (excess !== undefined) throw excess(offset)
  return chunk.subarray(0, end - offset)
}

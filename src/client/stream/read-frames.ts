import { EVENT_STREAM_TYPE } from '../../http/event-stream.js'
import { NDJSON_TYPE, parseFrameEvent, parseLine } from '../../http/frame.js'
import { formatStreamId } from '../../http/stream-id.js'
import type { Answer } from '../../transport/response.js'
import { type Expectations, oneOf, STRING, TEXT } from '../../validation/expectation.js'
import type { Platform } from '../platform/platform.js'
import { parseEvents, parseLines } from './chunk-parsers.js'
import { FrameChecker, type ReceivedFrame } from './frame-checker.js'
import { mapSteps, reconnectingStream, type Session, type Step } from './reconnecting-stream.js'
import { onPlatform, READ_STREAM_OPTIONS, type ReadStreamOptions } from './stream-options.js'

/**
 * Options of `readFrames`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { readFrames, type ReadFramesOptions } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media' })
 *
 * const options: ReadFramesOptions = { as: 'lines', headers: { 'user-agent': 'example' } }
 * const types = new Set<string>()
 * for await (const { type } of readFrames(`${server.url}/clip.mp4?end=1000`, options)) types.add(type)
 * assert.deepEqual([...types], ['data', 'end'])
 * await server.close()
 * ```
 */
export interface ReadFramesOptions extends ReadStreamOptions {
  /** The format to request: Server-Sent Events, or NDJSON for `lines`. Default `events`. */
  readonly as?: 'events' | 'lines'
  /**
   * The id of the last frame that was processed: the stream continues after it. Size and digest are
   * then not checked. Default: from the beginning.
   */
  readonly lastEventId?: string
  /** The name of the event that reports a failure. Default `error`. */
  readonly errorEvent?: string
}

const FRAMES_OPTIONS: Expectations<ReadFramesOptions> = {
  ...READ_STREAM_OPTIONS,
  as: oneOf('events', 'lines'),
  lastEventId: STRING,
  errorEvent: TEXT,
}

/**
 * Reads the frames of a URL, each once and in order: bytes of a representation, or rows of an application,
 * and at last an `end` frame. A stream that ends early is resumed at the next byte, of the same version
 * only; at the end the size and the digest are checked. A stream without its `end` frame never ends the
 * loop: it throws. Leaving the loop closes the connection.
 *
 * The query of the URL selects: `start` and `end` (bytes, half-open), `encoding=utf-8`, `follow=1`.
 *
 * @throws StreamError for an `error` frame of the server that is final; LastbyteError NOT_RESUMABLE if rows
 *   end early; REPRESENTATION_CHANGED if the server has another version; DIGEST_MISMATCH for a wrong size
 *   or digest; REFUSED for a status or type that no retry can change, or a line longer than `most`;
 *   UNREACHABLE for an unknown host or an invalid certificate; GAVE_UP after `retryFor` without progress;
 *   the reason of `signal`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { readFile } from 'node:fs/promises'
 * import { readFrames } from 'lastbyte/client'
 * import { faultServer } from 'lastbyte/testing'
 *
 * const server = await faultServer({ root: 'media' })
 *
 * server.faults.arm({ fault: { kind: 'truncate', at: 100_000 }, times: 1 })
 * const chunks: Uint8Array[] = []
 * for await (const frame of readFrames(`${server.url}/clip.mp4`)) {
 *   if (frame.type === 'data' && 'bytes' in frame) chunks.push(frame.bytes)
 * }
 * assert.deepEqual(Buffer.concat(chunks), await readFile('media/clip.mp4'))
 * await server.close()
 * ```
 */
export type ReadFrames = (
  url: string | URL,
  options?: ReadFramesOptions,
) => AsyncGenerator<ReceivedFrame, void, void>

/** Creates `readFrames` for a platform. */
export function readFramesOn(platform: Platform): ReadFrames {
  return (url, given) =>
    onPlatform(
      platform,
      url,
      { options: given, expectations: FRAMES_OPTIONS },
      (policy, signal, options) => {
        const { as, lastEventId, errorEvent = 'error' } = options
        const frames = new FrameChecker(
          lastEventId === undefined
            ? { hash: platform.createHash('sha-256'), query: new URL(policy.url).search }
            : { lastEventId },
        )
        const session =
          as === 'lines'
            ? new LineSession(frames, policy.most, lastEventId)
            : new EventSession(frames, policy.most, errorEvent, lastEventId)
        return reconnectingStream(session, policy, signal)
      },
    )
}

/** Frames as Server-Sent Events: each has an id of its own, so rows can be resumed too. */
class EventSession implements Session<ReceivedFrame> {
  readonly type = EVENT_STREAM_TYPE
  retry: number | undefined

  constructor(
    private readonly frames: FrameChecker,
    private readonly most: number,
    private readonly errorEvent: string,
    public lastId: string | undefined,
  ) {}

  get canResume(): boolean {
    const { next, isIdentified } = this.frames
    return next === undefined || (this.lastId !== undefined && isIdentified)
  }

  get isIncomplete(): boolean {
    return this.frames.next !== undefined
  }

  begin(response: Answer): (chunk: Uint8Array) => Step<ReceivedFrame>[] {
    this.frames.begin(response.field('etag'))
    const parse = parseEvents(this.most, (ms) => {
      this.retry = ms
    })
    return (chunk) =>
      mapSteps(parse(chunk), ({ id, event, data }) => {
        const name = event === this.errorEvent ? 'error' : event
        const steps = this.frames.take(parseFrameEvent(name, data), id)
        // The stream is not resumed after a frame that was rejected.
        if (steps.every(({ kind }) => kind !== 'failed')) this.lastId = id ?? this.lastId
        return steps
      })
  }
}

/** Frames as NDJSON: they have no ids, so an id is made of the entity tag and the next byte. */
class LineSession implements Session<ReceivedFrame> {
  readonly type = NDJSON_TYPE
  readonly retry = undefined

  constructor(
    private readonly frames: FrameChecker,
    private readonly most: number,
    private readonly lastEventId: string | undefined,
  ) {}

  get lastId(): string | undefined {
    const { next, etag } = this.frames
    if (next === undefined) return this.lastEventId
    return etag && formatStreamId(etag, next)
  }

  get canResume(): boolean {
    return this.frames.etag !== undefined || this.frames.next === undefined
  }

  get isIncomplete(): boolean {
    return this.frames.next !== undefined
  }

  begin(response: Answer): (chunk: Uint8Array) => Step<ReceivedFrame>[] {
    this.frames.begin(response.field('etag'))
    const parse = parseLines(this.most)
    return (chunk) => mapSteps(parse(chunk), (line) => this.frames.take(parseLine(line)))
  }
}

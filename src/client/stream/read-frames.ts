import { EVENT_STREAM_TYPE } from '../../http/event-stream.js'
import { NDJSON_TYPE, parseFrameEvent, parseLine } from '../../http/frame.js'
import { formatStreamId } from '../../http/stream-id.js'
import type { Answer } from '../../transport/response.js'
import type { Platform } from '../platform/platform.js'
import { parseEvents, parseLines } from './chunk-parsers.js'
import { FrameChecker, type ReceivedFrame } from './frame-checker.js'
import { reconnectingStream, type Session, type Step, taking } from './reconnecting-stream.js'
import { onPlatform, type ReadStreamOptions } from './stream-options.js'

/** How frames are read. */
export interface ReadFramesOptions extends ReadStreamOptions {
  /** The form that is asked for: Server-Sent Events (default), or NDJSON. */
  readonly as?: 'events' | 'lines'
  /** What was had before: the server goes on after it, and size and digest are not checked. */
  readonly lastEventId?: string
  /** The name of the event that tells a failure. Default `error`. */
  readonly errorEvent?: string
}

/**
 * The frames of a URL, each once and in order: bytes of a representation, or rows. A stream that
 * breaks off goes on at the next byte, of the same version alone; at the end the size and the digest
 * are checked. Without the `end` frame it does not end, but throws. The query of the URL selects:
 * `start` and `end` in bytes, `encoding`, `follow`.
 *
 * @throws StreamError where the server's error frame is final; LastbyteError NOT_RESUMABLE where
 *   rows break off; REPRESENTATION_CHANGED, DIGEST_MISMATCH, REFUSED, UNREACHABLE, GAVE_UP; the
 *   signal's reason
 */
export type ReadFrames = (
  url: string | URL,
  options?: ReadFramesOptions,
) => AsyncGenerator<ReceivedFrame, void, void>

/** The same on a platform of its own. */
export function readFramesOn(platform: Platform): ReadFrames {
  return (url, options = {}) =>
    onPlatform(platform, url, options, (rules, signal) => {
      const begun = options.lastEventId === undefined
      const frames = new FrameChecker(begun ? platform.createHash('sha-256') : undefined)
      const session =
        options.as === 'lines'
          ? new LineFrames(frames, rules.most, options.lastEventId)
          : new EventFrames(frames, rules.most, options)
      return reconnectingStream(session, rules, signal)
    })
}

class EventFrames implements Session<ReceivedFrame> {
  readonly type = EVENT_STREAM_TYPE
  retry: number | undefined
  place: string | undefined
  readonly #errorEvent: string

  constructor(
    private readonly frames: FrameChecker,
    private readonly most: number,
    { lastEventId, errorEvent = 'error' }: ReadFramesOptions,
  ) {
    this.place = lastEventId
    this.#errorEvent = errorEvent
  }

  get canGoOn(): boolean {
    return this.place !== undefined || this.frames.next === undefined
  }

  get isIncomplete(): boolean {
    return this.frames.next !== undefined
  }

  begin(answer: Answer): (part: Uint8Array) => Step<ReceivedFrame>[] {
    this.frames.begin(answer.field('etag'))
    const read = parseEvents(this.most, (ms) => {
      this.retry = ms
    })
    return (part) =>
      taking(read(part), ({ id, event, data }) => {
        const name = event === this.#errorEvent ? 'error' : event
        const steps = this.frames.take(parseFrameEvent(name, data))
        // A frame that is refused is no place to go on after.
        if (steps.every(({ kind }) => kind !== 'failed')) this.place = id ?? this.place
        return steps
      })
  }
}

class LineFrames implements Session<ReceivedFrame> {
  readonly type = NDJSON_TYPE
  readonly retry = undefined

  constructor(
    private readonly frames: FrameChecker,
    private readonly most: number,
    private readonly begun: string | undefined,
  ) {}

  get place(): string | undefined {
    const { next, etag } = this.frames
    if (next === undefined) return this.begun
    return etag && formatStreamId(etag, next)
  }

  get canGoOn(): boolean {
    return this.frames.etag !== undefined || this.frames.next === undefined
  }

  get isIncomplete(): boolean {
    return this.frames.next !== undefined
  }

  begin(answer: Answer): (part: Uint8Array) => Step<ReceivedFrame>[] {
    this.frames.begin(answer.field('etag'))
    const read = parseLines(this.most)
    return (part) => taking(read(part), (line) => this.frames.take(parseLine(line)))
  }
}

import { browserHash } from './browser-hash.js'
import { fetchTransport } from './fetch-transport.js'
import type { Platform } from './platform.js'
import { type ReadEventStream, readEventStreamOn } from './read-event-stream.js'
import { type ReadFrames, readFramesOn } from './read-frames.js'
import { type OpenStream, resumableStreamOn } from './resumable-stream.js'

export * from './core.js'

const PLATFORM: Platform = {
  open: () => ({ send: fetchTransport(), close() {} }),
  hashing: browserHash,
}

/** A stream that survives what breaks inside, by the platform's fetch. See `OpenStream`. */
export const resumableStream: OpenStream = resumableStreamOn(PLATFORM)

/** The events of a URL, each once, through all that breaks off. See `ReadEventStream`. */
export const readEventStream: ReadEventStream = readEventStreamOn(PLATFORM)

/** The frames of a URL, each once, in order and checked. See `ReadFrames`. */
export const readFrames: ReadFrames = readFramesOn(PLATFORM)

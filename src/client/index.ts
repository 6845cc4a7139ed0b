import { nodeHash } from './platform/node-hash.js'
import { nodeTransport } from './platform/node-transport.js'
import type { Platform } from './platform/platform.js'
import { type OpenStream, resumableStreamOn } from './resumable-stream.js'
import { type ReadEventStream, readEventStreamOn } from './stream/read-event-stream.js'
import { type ReadFrames, readFramesOn } from './stream/read-frames.js'

export {
  type Downloaded,
  type DownloadOptions,
  download,
  type Progress,
} from './download/download.js'
export * from './exports.js'

const PLATFORM: Platform = {
  open: nodeTransport,
  hashing: nodeHash,
}

/** A stream that survives what breaks inside, by Node's HTTP client. See `OpenStream`. */
export const resumableStream: OpenStream = resumableStreamOn(PLATFORM)

/** The events of a URL, each once, through all that breaks off. See `ReadEventStream`. */
export const readEventStream: ReadEventStream = readEventStreamOn(PLATFORM)

/** The frames of a URL, each once, in order and checked. See `ReadFrames`. */
export const readFrames: ReadFrames = readFramesOn(PLATFORM)

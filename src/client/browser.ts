import { browserHash } from './browser-hash.js'
import { fetchTransport } from './fetch-transport.js'
import { type OpenStream, resumableStreamOn } from './resumable-stream.js'

export * from './core.js'

/** A stream that survives what breaks inside, by the platform's fetch. See `OpenStream`. */
export const resumableStream: OpenStream = resumableStreamOn({
  open: () => ({ send: fetchTransport(), close() {} }),
  hashing: browserHash,
})

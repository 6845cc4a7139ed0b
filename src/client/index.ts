import { nodeHash } from './node-hash.js'
import { nodeTransport } from './node-transport.js'
import { type OpenStream, resumableStreamOn } from './resumable-stream.js'

export * from './core.js'
export { type Downloaded, type DownloadOptions, download, type Progress } from './download.js'

/** A stream that survives what breaks inside, by Node's HTTP client. See `OpenStream`. */
export const resumableStream: OpenStream = resumableStreamOn({
  open: nodeTransport,
  hashing: nodeHash,
})

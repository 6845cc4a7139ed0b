export { type ErrorCode, LastbyteError } from '../errors.js'
export type { ClientEvent } from './read-rules.js'
export { type ResumableStream, resumableStream, type StreamOptions } from './resumable-stream.js'
export type { Answer, ClientRequest, Transport } from './transport.js'

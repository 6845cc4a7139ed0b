import { ServerResponse } from 'node:http'

type Write = ServerResponse['write']

/** The write of node:http; undefined members of other versions compare as different. */
const { write: nodeWrite } = ServerResponse.prototype

/**
 * The `write` of a response, in place of that of node:http, which writes a string and the head in front of it in the
 * string's encoding: `Ü` as two bytes.
 */
export const writeBytes = function (this: ServerResponse, chunk: unknown, ...rest: unknown[]) {
  return Reflect.apply(nodeWrite, this, [asBytes(chunk, rest[0]), ...rest])
} as Write

/** Whether nothing but node:http writes the content of a response: no middleware that compresses or counts it. */
export function isWrittenByNode({ write }: Pick<ServerResponse, 'write'>): boolean {
  return write === nodeWrite || write === writeBytes
}

export function asBytes(chunk: unknown, encoding: unknown): unknown {
  if (typeof chunk !== 'string') return chunk
  return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
}

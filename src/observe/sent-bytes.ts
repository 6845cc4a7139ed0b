type Callable = (chunk?: unknown, ...others: unknown[]) => unknown

/** The members of a response of HTTP/1.1 or HTTP/2 that are read. */
interface CountedResponse {
  readonly writableLength: number
  write: unknown
  end: unknown
}

/**
 * Counts the body bytes of a response that has no transfer: those that were written, without those that its connection
 * has not taken. Call it before anything is written.
 *
 * @returns reads the count
 */
export function countBody(response: CountedResponse): () => number {
  let bytes = 0
  const count = (chunk: unknown, encoding: unknown) => {
    if (typeof chunk === 'string') {
      const known = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'
      bytes += Buffer.byteLength(chunk, known)
    } else if (chunk instanceof Uint8Array) bytes += chunk.length
  }
  const { write, end } = response as { write: Callable; end: Callable }
  response.write = function counted(this: unknown, ...given: Parameters<Callable>) {
    count(given[0], given[1])
    return write.apply(this, given)
  }
  response.end = function counted(this: unknown, ...given: Parameters<Callable>) {
    // A response of HTTP/2 ends with its last chunk by calling `write`.
    const before = bytes
    const ended = end.apply(this, given)
    if (bytes === before) count(given[0], given[1])
    return ended
  }
  return () => Math.max(0, bytes - response.writableLength)
}

import { LastbyteError } from '../errors.js'

/**
 * The same chunks, as long as each comes within `limit` ms. For bodies that show signs of life by
 * themselves, so that nobody else would notice a source that hangs.
 *
 * @throws LastbyteError SOURCE_TIMEOUT
 */
export async function* attended(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await within(source.next(), limit)
      if (done) return
      yield value
    }
  } finally {
    // A source that hangs is let go in its own time.
    source.return?.()?.catch(() => {})
  }
}

function within<T>(promise: Promise<T>, limit: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const message = `Cannot read on: the source gave nothing for ${limit} ms`
      reject(new LastbyteError('SOURCE_TIMEOUT', message, { sourceTimeout: limit }))
    }, limit).unref()
    promise.finally(() => clearTimeout(timer)).then(resolve, reject)
  })
}

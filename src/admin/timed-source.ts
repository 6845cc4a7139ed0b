import { LastbyteError } from '../errors.js'
import type { ByteSource } from '../source/byte-source.js'

/**
 * A source whose `open` and `list` fail where they have not settled in time: a page has no transfer, which limits that
 * for files.
 *
 * @param sourceTimeout ms
 */
export function timedSource(source: ByteSource, sourceTimeout: number): ByteSource {
  const timed = async <T>(signal: AbortSignal, run: (signal: AbortSignal) => Promise<T>) => {
    const limit = new AbortController()
    const timer = setTimeout(() => {
      const message = `Cannot read the source: it did not respond within ${sourceTimeout} ms`
      limit.abort(new LastbyteError('SOURCE_TIMEOUT', message, { sourceTimeout }))
    }, sourceTimeout)
    try {
      return await run(AbortSignal.any([signal, limit.signal]))
    } finally {
      clearTimeout(timer)
    }
  }
  const { list } = source
  return {
    open: (key, request, signal) => timed(signal, (each) => source.open(key, request, each)),
    ...(list !== undefined && {
      list: (key, signal, isWanted) =>
        timed(signal, (each) => list.call(source, key, each, isWanted)),
    }),
  }
}

import { LastbyteError } from '../errors.js'

/** The promise's outcome, or SERVER_STALLED after so many ms, or the signal's reason. */
export function timed<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      const message = `Cannot read on: the server gave nothing for ${ms} ms`
      reject(new LastbyteError('SERVER_STALLED', message, { stall: ms }))
    }, ms)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise
      .finally(() => {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
      })
      .then(resolve, reject)
  })
}

/** The promise's outcome, or the signal's reason as soon as it is aborted, whichever comes first. */
export function interruptible<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const interrupt = () => reject(signal.reason)
    if (signal.aborted) interrupt()
    signal.addEventListener('abort', interrupt, { once: true })
    promise.finally(() => signal.removeEventListener('abort', interrupt)).then(resolve, reject)
  })
}

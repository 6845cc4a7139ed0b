/**
 * Ends an iterator without waiting for it: `return` of one that hangs in `next` does not settle before
 * `next` does. Its errors are ignored, since nothing reads it any longer; an iterator of an application
 * may also throw, or return no promise.
 */
export function releaseIterator(iterator: AsyncIterator<unknown> | undefined): void {
  try {
    const returned: unknown = iterator?.return?.()
    Promise.resolve(returned).catch(() => {})
  } catch {
    // As for a rejection.
  }
}

/**
 * Ends an iterator without waiting for it: `return` of one that hangs in `next` does not settle before
 * `next` does. Its errors are of no consequence, since nothing reads it any longer.
 */
export function releaseIterator(iterator: AsyncIterator<unknown> | undefined): void {
  iterator?.return?.()?.catch(() => {})
}

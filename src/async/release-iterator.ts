/**
 * Ends an iterator without waiting for it: `return` does not settle before a pending `next` does. Its
 * errors are ignored, since nothing reads the iterator any longer.
 */
export function releaseIterator(iterator: AsyncIterator<unknown> | undefined): void {
  iterator?.return?.()?.catch(() => {})
}

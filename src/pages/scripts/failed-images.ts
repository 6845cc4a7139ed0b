/** Removes pictures that can't be loaded, now and later, so that the icon behind them is seen. */
export function removeFailedImages(
  within: Pick<HTMLElement, 'addEventListener' | 'querySelectorAll'>,
): void {
  // The event does not bubble.
  within.addEventListener('error', ({ target }) => (target as Element).remove(), true)
  for (const image of within.querySelectorAll('img')) {
    if (image.complete && image.naturalWidth === 0) image.remove()
  }
}

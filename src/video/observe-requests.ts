import { withoutFragment } from './media-url.js'

/** Calls back when a request of a media element for this URL has ended, by success, cut or refusal. */
export function observeRequests(url: () => string | undefined, ended: () => void): () => void {
  if (typeof PerformanceObserver === 'undefined') return () => {}
  const observer = new PerformanceObserver((list) => {
    const wanted = url()
    for (const { name } of list.getEntries()) if (withoutFragment(name) === wanted) ended()
  })
  observer.observe({ type: 'resource' })
  return () => observer.disconnect()
}

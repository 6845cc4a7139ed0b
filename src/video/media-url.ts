/** A fragment is never sent; the names of requests in the browser's timing have it. */
export function withoutFragment(url: string): string {
  const [before = ''] = url.split('#', 1)
  return before
}

const OURS = /^lastbyte-load=(\d+)$/

/**
 * The same file by a URL that the browser has not seen: Chromium keeps the bytes of a media URL, also broken
 * ones and those of an old version, and decodes them again. A URL with a query of its own, which may be
 * signed, stays as it is.
 */
export function freshUrl(url: string): string {
  const [, before = '', query, fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) ?? []
  const [, count = '0'] = OURS.exec(query ?? '') ?? []
  if (query !== undefined && !OURS.test(query)) return url
  return `${before}?lastbyte-load=${Number(count) + 1}${fragment}`
}

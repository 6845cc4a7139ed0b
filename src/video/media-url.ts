/** A fragment is never sent; the names of requests in the browser's timing have it. */
export function withoutFragment(url: string): string {
  const [before = ''] = url.split('#', 1)
  return before
}

const OURS = /^lastbyte-load=(\d+)$/

/**
 * The same file by a URL that the browser has not seen: Chromium keeps the bytes of a media URL, also broken
 * ones and those of an old version, and decodes them again. A query of its own, which may be signed, stays as
 * it is: the fragment, which Chromium takes for a part of the URL too, is sent to no server.
 */
export function freshUrl(url: string): string {
  const [, before = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? []
  if (query !== undefined && !OURS.test(query)) {
    const members = fragment ? fragment.split('&') : []
    const others = members.filter((member) => !OURS.test(member))
    const count = nextOf(members.find((member) => OURS.test(member)))
    return `${before}?${query}#${[...others, count].join('&')}`
  }
  return `${before}?${nextOf(query)}${fragment === undefined ? '' : `#${fragment}`}`
}

function nextOf(load = ''): string {
  const [, count = '0'] = OURS.exec(load) ?? []
  return `lastbyte-load=${Number(count) + 1}`
}

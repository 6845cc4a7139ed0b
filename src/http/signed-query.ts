/** What the names of all query parameters of a signed URL begin with, in any case. */
const PREFIX = 'lb-'

/** Whether a query parameter is one of a signature, known or not. */
export function isSignatureName(name: string): boolean {
  return name.toLowerCase().startsWith(PREFIX)
}

/** A query, with its question mark, without the parameters of a signature; the others are not changed. */
export function withoutSignature(query: string): string {
  const parameters = query.slice(1).split('&')
  const kept = parameters.filter((parameter) => {
    const [name = ''] = new URLSearchParams(`?${parameter}`).keys()
    return !isSignatureName(name)
  })
  if (kept.length === parameters.length) return query
  return kept.length === 0 ? '' : `${query.slice(0, 1)}${kept.join('&')}`
}

/** The URL of a file without the signature that permits it: the same for a link and the one that renews it. */
export function unsignedUrl(url: string): string {
  const parsed = new URL(url)
  parsed.search = withoutSignature(parsed.search)
  return parsed.href
}

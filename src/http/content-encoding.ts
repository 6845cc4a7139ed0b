/**
 * The codings of a Content-Encoding header field (RFC 9110 §8.4) in the order in which they were applied;
 * undefined for none, or `identity` alone, which some servers send.
 */
export function contentCodingOf(field: string | undefined): string | undefined {
  const codings = (field ?? '').split(',').map((coding) => coding.trim())
  const applied = codings.filter((coding) => !/^(?:identity)?$/i.test(coding))
  return applied.length === 0 ? undefined : applied.join(', ')
}

/** Whether two results of `contentCodingOf` name the same codings (RFC 9110 §8.4.1.1, §8.4.1.3). */
export function isSameCoding(one: string | undefined, other: string | undefined): boolean {
  const normal = (codings = '') => codings.toLowerCase().replace(/\bx-(gzip|compress)\b/g, '$1')
  return normal(one) === normal(other)
}

import { create } from 'content-disposition'

/**
 * An `attachment` Content-Disposition with the last path segment of `name` as the file name, in both
 * forms of RFC 6266 §4.3: `filename` for old clients and `filename*` in UTF-8 (RFC 8187). Control
 * characters and lone surrogates are removed.
 */
export function attachment(name: string): string {
  const base = name.replace(/^.*[/\\]/s, '')
  return create(base.replace(/[\p{Cc}\p{Cs}]/gu, ''))
}

import { create } from 'content-disposition'

/**
 * `attachment` with the last segment of `name` as the filename, in the two forms of RFC 6266 §4.3:
 * one that old clients read and one in UTF-8 (RFC 8187). Control characters and lone surrogates are left out.
 */
export function attachment(name: string): string {
  const base = name.replace(/^.*[/\\]/s, '')
  return create(base.replace(/[\p{Cc}\p{Cs}]/gu, ''))
}

import { createHash } from 'node:crypto'
import type { Version } from './fault.js'

/** The validators of another version; equal for equal arguments. */
export function changedValidators(
  { etag, lastModified }: Version,
  kind: string,
  version: number,
): Pick<Version, 'etag' | 'lastModified'> {
  const text = JSON.stringify([etag ?? null, kind, version])
  return {
    etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`,
    // Earlier, since Last-Modified must not be later than Date (RFC 9110 §8.8.2.1).
    lastModified: lastModified === undefined ? undefined : lastModified - version * 1000,
  }
}

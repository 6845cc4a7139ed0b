import { type DigestValue, parseDigest } from '../http/digest-value.js'
import type { ReadRules } from './read-rules.js'
import { letGo } from './resuming-read.js'
import { timed } from './timed.js'
import { pinFields, type Version } from './version.js'

/**
 * Asks once more for the digest of a version: a server may have computed it meanwhile. undefined where
 * it has none, or where it can't be told to be of this version.
 */
export async function digestAfterwards(
  version: Version,
  { transport, url, fields, stall }: ReadRules,
  signal: AbortSignal,
): Promise<DigestValue | undefined> {
  if (version.validator.kind !== 'strong' || version.size === 0) return undefined
  const own = { 'want-repr-digest': 'sha-256=9', range: 'bytes=0-0', 'accept-encoding': 'identity' }
  const pinned = { ...fields, ...own, ...pinFields(version, 'if-match') }
  try {
    const answer = await timed(transport({ url, fields: pinned, signal }), stall, signal)
    letGo(answer.body)
    const isOfVersion = answer.status === 206 && answer.field('etag') === version.validator.etag
    return isOfVersion ? parseDigest(answer.field('repr-digest')) : undefined
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

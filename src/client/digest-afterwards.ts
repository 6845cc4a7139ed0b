import { type DigestValue, parseDigest } from '../http/digest-value.js'
import { ask } from './ask.js'
import { WANTS_DIGEST } from './first-answer.js'
import type { ReadRules } from './read-rules.js'
import { letGo } from './transport.js'
import { pinFields, type Version } from './version.js'

/**
 * Asks once more for the digest of a version: a server may have computed it meanwhile. undefined where
 * it has none, or where it can't be told to be of this version.
 */
export async function digestAfterwards(
  version: Version,
  rules: ReadRules,
  signal: AbortSignal,
): Promise<DigestValue | undefined> {
  if (version.validator.kind !== 'strong' || version.size === 0) return undefined
  const own = { ...WANTS_DIGEST, range: 'bytes=0-0', ...pinFields(version, 'if-match') }
  try {
    const answer = await ask(rules, own, signal)
    letGo(answer.body)
    const isOfVersion = answer.status === 206 && answer.field('etag') === version.validator.etag
    return isOfVersion ? parseDigest(answer.field('repr-digest')) : undefined
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

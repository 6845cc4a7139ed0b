import { releaseIterator } from '../../async/release-iterator.js'
import { type DigestValue, parseDigest } from '../../http/digest-value.js'
import { judgeResponse } from '../../resume/judge-response.js'
import { RetryBudget } from '../../resume/retry-budget.js'
import { WANTS_DIGEST } from '../initial-response.js'
import { pinFields, type Version } from '../pinned-version.js'
import type { ReadPolicy } from '../read-policy.js'
import { requestBytes } from '../request.js'

/** ms that a file which is here may wait for its digest. */
const LONGEST = 10_000

/**
 * Asks once more for the digest of a version: a server may have computed it meanwhile. undefined where
 * it has none, or where it can't be told to be of this version.
 */
export async function fetchDigest(
  version: Version,
  rules: ReadPolicy,
  signal: AbortSignal,
): Promise<DigestValue | undefined> {
  if (version.validator.kind !== 'strong' || version.size === 0) return undefined
  const retryFor = Math.min(rules.retry.retryFor, LONGEST)
  const budget = new RetryBudget({ ...rules.retry, retryFor }, rules.clock.now, rules.chance)
  for (;;) {
    const outcome = await askOnce(version, rules, signal)
    if (outcome.kind === 'told') return outcome.digest
    const wait = budget.next(outcome.after)
    if (wait === undefined) return undefined
    await rules.clock.wait(wait, signal)
  }
}

type Outcome =
  | { readonly kind: 'told'; readonly digest: DigestValue | undefined }
  /** Nobody has answered as they should; after so many ms, if they say so. */
  | { readonly kind: 'later'; readonly after: number | undefined }

async function askOnce(version: Version, rules: ReadPolicy, signal: AbortSignal): Promise<Outcome> {
  const own = { ...WANTS_DIGEST, range: 'bytes=0-0', ...pinFields(version, 'if-match') }
  try {
    const answer = await requestBytes(rules, own, signal)
    releaseIterator(answer.body)
    const first = { ...version, start: 0, end: 1 }
    const decision = judgeResponse(first, answer, rules.clock.date())
    if (decision.kind === 'later') return decision
    const isOfVersion = decision.kind === 'append' || decision.kind === 'whole'
    const digest = parseDigest(answer.field('repr-digest'), answer.field('digest'))
    return { kind: 'told', digest: isOfVersion ? digest : undefined }
  } catch {
    signal.throwIfAborted()
    return { kind: 'later', after: undefined }
  }
}

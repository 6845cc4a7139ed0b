import { createHash } from 'node:crypto'
import type { JournalEntry } from '../../../src/testing/index.js'
import type { Outcome } from './outcome.js'
import { hasBody, type SentResponse } from './sent-responses.js'
import { explainBytes, type SilentFault, silentFaultsOf } from './silent-faults.js'
import { masked, type Versions } from './versions.js'

/**
 * The result of a run. Only `unexplained corruption` fails the test.
 *
 * - `whole`: the file has the bytes of one version
 * - `explained corruption`: a fault that no header field shows changed the bytes, and the client checks no
 *   digest that would detect it
 * - `splice`: the client joined two versions, as it is known to do
 */
export type Verdict =
  | { readonly kind: 'whole' }
  | { readonly kind: 'reported error'; readonly why: string }
  | { readonly kind: 'explained corruption'; readonly why: string }
  | { readonly kind: 'splice'; readonly why: string }
  | { readonly kind: 'unexplained corruption'; readonly why: string }

/** The known behavior of a client with its default settings. */
export interface ClientBehavior {
  /** Whether it resumes without a validator, and so joins two versions of a changed file. */
  readonly splices: boolean
  /** Which announced digest it checks at the end. */
  readonly digest: 'never' | 'of its first response' | 'of its version'
}

export interface Evidence {
  readonly outcome: Outcome
  readonly content: Uint8Array
  readonly responses: readonly SentResponse[]
  readonly journal: readonly JournalEntry[]
  readonly versions: Versions
  readonly behavior: ClientBehavior
  /** The Repr-Digest of the file after the run, without faults. */
  readonly reprDigest: string
}

export function judge(evidence: Evidence): Verdict {
  const { outcome, content, versions, behavior, journal } = evidence
  if (outcome.kind === 'failed') return { kind: 'reported error', why: outcome.reason }
  const { file } = outcome
  // Two changes can restore the original bytes under another entity tag.
  if (isSame(file, content)) return { kind: 'whole' }

  const tags = outcome.pinned === undefined ? receivedTags(evidence) : [outcome.pinned]
  const masks = [...new Set(tags.flatMap((tag) => [...(versions.get(tag) ?? [])]))]
  const truths = masks.map((mask) => masked(content, mask))
  if (truths.some((truth) => isSame(file, truth))) return { kind: 'whole' }

  const silentFaults = [
    ...silentFaultsOf(journal, content.length, behavior.splices),
    ...sharedTagFaults(evidence, tags),
  ]
  // A client that splices may have started with any version; the silent faults explain the other bytes.
  const explained = truths
    .map((truth) => explainBytes(file, truth, silentFaults))
    .find((each): each is { kinds: string[] } => 'kinds' in each)
  if (explained === undefined) {
    return { kind: 'unexplained corruption', why: 'no fault in the journal explains the bytes' }
  }
  // No digest is announced for a changed version, so a client that starts with one has none to check.
  if (hasCheckedDigest(evidence)) {
    return {
      kind: 'unexplained corruption',
      why: 'the client checks a digest that was announced to it',
    }
  }
  const why = explained.kinds.join(', ')
  const digest = createHash('sha256').update(file).digest('base64')
  if (evidence.reprDigest === `sha-256=:${digest}:`) {
    return { kind: 'unexplained corruption', why: `the digest of the file matches despite ${why}` }
  }
  return { kind: why.includes('changed') ? 'splice' : 'explained corruption', why }
}

/** Whether a digest that the client is known to check was announced to it. */
function hasCheckedDigest({ behavior, responses, outcome }: Evidence): boolean {
  switch (behavior.digest) {
    case 'never':
      return false
    case 'of its first response':
      return responses.find(hasBody)?.digest !== undefined
    case 'of its version': {
      const pinned = outcome.kind === 'done' ? outcome.pinned : undefined
      return responses.some(({ etag, digest }) => etag === pinned && digest !== undefined)
    }
  }
}

/** The entity tags of all received bodies: a client that pins none may have used any of them. */
function receivedTags({ responses }: Evidence): string[] {
  const tags = responses.filter(hasBody).map(({ etag }) => etag)
  return [...new Set(tags.filter((tag) => tag !== undefined))]
}

/** An etag-flip and a content-change with the same number announce one entity tag for different bytes. */
function sharedTagFaults({ versions, content }: Evidence, tags: readonly string[]): SilentFault[] {
  const isShared = tags.some((tag) => (versions.get(tag)?.size ?? 0) > 1)
  const range = { start: 0, end: content.length }
  return isShared ? [{ kind: 'one ETag for two contents', range }] : []
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

import { createHash } from 'node:crypto'
import type { JournalEntry } from '../../../src/testing/index.js'
import { type Answer, hasBody } from './answers.js'
import { explain, type Lie, liesIn } from './lies.js'
import type { Outcome } from './outcome.js'
import { masked, type Versions } from './versions.js'

/** What a run has come to. Only the last is a failure. */
export type Verdict =
  | { readonly kind: 'whole' }
  | { readonly kind: 'clear error'; readonly why: string }
  | { readonly kind: 'caught lie'; readonly why: string }
  | { readonly kind: 'splice'; readonly why: string }
  | { readonly kind: 'silently wrong'; readonly why: string }

/** How a client goes about it where nobody tells it to. */
export interface Habits {
  /** Goes on without a validator, so that it splices what changes. */
  readonly splices: boolean
  /** Which digest it checks at the end. */
  readonly digest: 'never' | 'of its first answer' | 'of its version'
}

export interface Evidence {
  readonly outcome: Outcome
  readonly content: Uint8Array
  readonly answers: readonly Answer[]
  readonly journal: readonly JournalEntry[]
  readonly versions: Versions
  readonly habits: Habits
  /** What Repr-Digest told of the file after all was over. */
  readonly reprDigest: string
}

export function judge(evidence: Evidence): Verdict {
  const { outcome, content, versions, habits, journal } = evidence
  if (outcome.kind === 'failed') return { kind: 'clear error', why: outcome.reason }
  const { file } = outcome
  // Two changes of the bytes can undo each other, whatever the entity tag claims.
  if (isSame(file, content)) return { kind: 'whole' }

  const tags = outcome.pinned === undefined ? tagsSeen(evidence) : [outcome.pinned]
  const masks = [...new Set(tags.flatMap((tag) => [...(versions.get(tag) ?? [])]))]
  const truths = masks.map((mask) => masked(content, mask))
  if (truths.some((truth) => isSame(file, truth))) return { kind: 'whole' }

  const lies = [...liesIn(journal, content.length, habits.splices), ...sharedTag(evidence, tags)]
  // Whoever splices began with any of the versions; the lies tell what came in between.
  const explained = truths
    .map((truth) => explain(file, truth, lies))
    .find((each): each is { kinds: string[] } => 'kinds' in each)
  if (explained === undefined) {
    return { kind: 'silently wrong', why: 'no lie in the journal accounts for the bytes' }
  }
  // Of another version no digest is told: whoever begins with one has nothing to check.
  if (isTold(evidence)) {
    return { kind: 'silently wrong', why: 'it was told the digest, and should have seen it' }
  }
  const why = explained.kinds.join(', ')
  const digest = createHash('sha256').update(file).digest('base64')
  if (evidence.reprDigest === `sha-256=:${digest}:`) {
    return { kind: 'silently wrong', why: `no digest would catch ${why}` }
  }
  return { kind: why.includes('changed') ? 'splice' : 'caught lie', why }
}

/** Whether the client was told a digest that it is known to check. */
function isTold({ habits, answers, outcome }: Evidence): boolean {
  switch (habits.digest) {
    case 'never':
      return false
    case 'of its first answer':
      return answers.find(hasBody)?.digest !== undefined
    case 'of its version': {
      const pinned = outcome.kind === 'done' ? outcome.pinned : undefined
      return answers.some(({ etag, digest }) => etag === pinned && digest !== undefined)
    }
  }
}

/** A client that pins nothing may have taken any version that it was given. */
function tagsSeen({ answers }: Evidence): string[] {
  const tags = answers.filter(hasBody).map(({ etag }) => etag)
  return [...new Set(tags.filter((tag) => tag !== undefined))]
}

/** An etag-flip and a content-change of one number tell one tag for different bytes. */
function sharedTag({ versions, content }: Evidence, tags: readonly string[]): Lie[] {
  const isShared = tags.some((tag) => (versions.get(tag)?.size ?? 0) > 1)
  const touched = { start: 0, end: content.length }
  return isShared ? [{ kind: 'one ETag for two contents', touched }] : []
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

import { changedValidators } from '../../../src/fault/changed-validators.js'
import type { JournalEntry } from '../../../src/testing/index.js'

/** The bits that each version's bytes differ by, for each entity tag; several where a tag is shared. */
export type Versions = ReadonlyMap<string, ReadonlySet<number>>

/** All that the faults of this journal can have made of a representation, two on each other at most. */
export function versionsOf(etag: string, journal: readonly JournalEntry[]): Versions {
  const versions = new Map([[etag, new Set([0])]])
  const add = (tag: string, mask: number) => {
    const known = versions.get(tag)?.add(mask)
    if (known === undefined) versions.set(tag, new Set([mask]))
  }
  const steps = journal.flatMap(stepOf)
  for (const first of steps) {
    const once = tagAfter(etag, first)
    add(once, first.mask)
    for (const second of steps) add(tagAfter(once, second), first.mask ^ second.mask)
  }
  return versions
}

/** The bytes of a version. */
export function masked(content: Uint8Array, mask: number): Uint8Array {
  return mask === 0 ? content : content.map((byte) => byte ^ mask)
}

interface Step {
  readonly kind: string
  readonly number: number
  readonly mask: number
}

/** What one fault makes of the tag and the bytes (see etag-flip.ts, content-change.ts). */
function stepOf({ fault, attempt, outcome }: JournalEntry): Step[] {
  if (outcome !== 'injected') return []
  if (fault.kind === 'etag-flip')
    return [{ kind: fault.kind, number: fault.version ?? attempt, mask: 0 }]
  if (fault.kind !== 'content-change' || fault.etag === 'kept') return []
  const number = fault.version ?? attempt
  return [{ kind: fault.kind, number, mask: ((number - 1) % 255) + 1 }]
}

function tagAfter(etag: string, { kind, number }: Step): string {
  return changedValidators({ etag, lastModified: undefined } as never, kind, number).etag ?? ''
}

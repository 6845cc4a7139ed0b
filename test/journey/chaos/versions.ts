import { changedValidators } from '../../../src/fault/changed-validators.js'
import type { JournalEntry } from '../../../src/testing/index.js'

/** For each entity tag, the masks by which the bytes of its versions differ; several if a tag is shared. */
export type Versions = ReadonlyMap<string, ReadonlySet<number>>

/** All versions that one or two faults of this journal can have made of a representation. */
export function versionsOf(etag: string, journal: readonly JournalEntry[]): Versions {
  const versions = new Map([[etag, new Set([0])]])
  const add = (tag: string, mask: number) => {
    const known = versions.get(tag)?.add(mask)
    if (known === undefined) versions.set(tag, new Set([mask]))
  }
  const steps = journal.flatMap(versionChangesOf)
  for (const first of steps) {
    const once = tagAfter(etag, first)
    add(once, first.mask)
    for (const second of steps) add(tagAfter(once, second), first.mask ^ second.mask)
  }
  return versions
}

/** The bytes of the version with this mask. */
export function masked(content: Uint8Array, mask: number): Uint8Array {
  return mask === 0 ? content : content.map((byte) => byte ^ mask)
}

interface VersionChange {
  readonly kind: string
  readonly number: number
  readonly mask: number
}

/** The change that a fault makes to the entity tag and the bytes (etag-flip.ts, content-change.ts). */
function versionChangesOf({ fault, attempt, outcome }: JournalEntry): VersionChange[] {
  if (outcome !== 'injected') return []
  if (fault.kind === 'etag-flip')
    return [{ kind: fault.kind, number: fault.version ?? attempt, mask: 0 }]
  if (fault.kind !== 'content-change' || fault.etag === 'kept') return []
  const number = fault.version ?? attempt
  return [{ kind: fault.kind, number, mask: ((number - 1) % 255) + 1 }]
}

function tagAfter(etag: string, { kind, number }: VersionChange): string {
  return changedValidators({ etag, lastModified: undefined } as never, kind, number).etag ?? ''
}

import { parseContentRange } from '../../../src/http/content-range.js'
import { parseEntityTag } from '../../../src/http/entity-tag.js'
import type { Fault, JournalEntry } from '../../../src/testing/index.js'
import { type Answer, hasBody } from './answers.js'
import type { Versions } from './versions.js'

/** What a server owes to clients, careful or not. */
export interface Duty {
  readonly answers: readonly Answer[]
  readonly journal: readonly JournalEntry[]
  readonly versions: Versions
  readonly size: number
  /** The true SHA-256 in base64. */
  readonly sha256: string
}

/** What the server failed to do, in words; nothing where it did all that it can. */
export function neglected({ answers, journal, versions, size, sha256 }: Duty): string[] {
  const wasInjected = (kind: Fault['kind'], { range }: Answer) =>
    journal.some(
      (entry) =>
        entry.fault.kind === kind &&
        entry.outcome === 'injected' &&
        entry.range === (range ?? null),
    )

  const faultOf = (answer: Answer): string | undefined => {
    const { status, range, ifRange, etag, contentRange, contentLength } = answer
    if (etag === undefined || parseEntityTag(etag)?.weak !== false) return 'no strong ETag'
    const masks = versions.get(etag)
    if (masks === undefined) return 'an ETag that no version has'
    if (answer.digest !== undefined && answer.digest !== sha256) return 'a wrong digest'
    if (answer.digest !== undefined && !masks.has(0)) return 'the digest of another version'
    if (status === 200) {
      const isDue = range !== undefined && (ifRange === undefined || ifRange === etag)
      return isDue && !wasInjected('ignore-range', answer) ? '200 without a reason' : undefined
    }
    if (range === undefined) return '206 unasked'
    if (ifRange !== undefined && ifRange !== etag) return '206 on a mismatch'
    if (wasInjected('wrong-content-range', answer) || wasInjected('end-early', answer)) return
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
    const end = Math.min(size, last ? Number(last) + 1 : size)
    const told = parseContentRange(contentRange)
    if (told?.kind !== 'slice' || told.total !== size) return 'a wrong total'
    if (told.slice.start !== Number(first) || told.slice.end !== end) return 'a wrong range'
    const length = contentLength ?? end - told.slice.start
    return length === end - told.slice.start ? undefined : 'a wrong length'
  }

  return answers.filter(hasBody).flatMap((answer) => {
    const fault = faultOf(answer)
    return fault === undefined ? [] : [`${fault}: ${JSON.stringify(answer)}`]
  })
}

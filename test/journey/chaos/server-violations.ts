import { parseContentRange } from '../../../src/http/content-range.js'
import { parseEntityTag } from '../../../src/http/entity-tag.js'
import type { Fault, JournalEntry } from '../../../src/testing/index.js'
import { hasBody, type SentResponse } from './sent-responses.js'
import type { Versions } from './versions.js'

/** The observations that a server's responses are checked against. */
export interface ServerEvidence {
  readonly responses: readonly SentResponse[]
  readonly journal: readonly JournalEntry[]
  readonly versions: Versions
  readonly size: number
  /** The file's SHA-256 in base64. */
  readonly sha256: string
}

/** The responses that violate HTTP or contradict the served file, described for people. */
export function serverViolations({
  responses,
  journal,
  versions,
  size,
  sha256,
}: ServerEvidence): string[] {
  const wasInjected = (kind: Fault['kind'], { range }: SentResponse) =>
    journal.some(
      (entry) =>
        entry.fault.kind === kind &&
        entry.outcome === 'injected' &&
        entry.range === (range ?? null),
    )

  const violationOf = (response: SentResponse): string | undefined => {
    const { status, range, ifRange, etag, contentRange, contentLength } = response
    if (etag === undefined || parseEntityTag(etag)?.weak !== false) return 'no strong ETag'
    const masks = versions.get(etag)
    if (masks === undefined) return 'an ETag that no version has'
    if (response.digest !== undefined && response.digest !== sha256) return 'a wrong digest'
    if (response.digest !== undefined && !masks.has(0)) return 'the digest of another version'
    if (status === 200) {
      const mustBePartial = range !== undefined && (ifRange === undefined || ifRange === etag)
      return mustBePartial && !wasInjected('ignore-range', response)
        ? '200 instead of 206'
        : undefined
    }
    if (range === undefined) return '206 without a Range'
    if (ifRange !== undefined && ifRange !== etag) return '206 although If-Range does not match'
    if (wasInjected('wrong-content-range', response) || wasInjected('end-early', response)) return
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
    const end = Math.min(size, last ? Number(last) + 1 : size)
    const announced = parseContentRange(contentRange)
    if (announced?.kind !== 'slice' || announced.total !== size) return 'a wrong total'
    if (announced.slice.start !== Number(first) || announced.slice.end !== end)
      return 'a wrong range'
    const length = contentLength ?? end - announced.slice.start
    return length === end - announced.slice.start ? undefined : 'a wrong length'
  }

  return responses.filter(hasBody).flatMap((response) => {
    const violation = violationOf(response)
    return violation === undefined ? [] : [`${violation}: ${JSON.stringify(response)}`]
  })
}

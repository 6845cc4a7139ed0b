import { LastbyteError } from '../../errors.js'
import { decideRange, type Slice } from '../../http/byte-range.js'
import { parseContentRange } from '../../http/content-range.js'
import { parseEntityTag } from '../../http/entity-tag.js'
import type { ResponseHead } from '../../http/response-head.js'
import { parseRetryAfter } from '../../http/retry-after.js'
import { judgeResponse } from '../../resume/judge-response.js'
import { isTransient } from '../../resume/transient-status.js'

/** What a first answer is. */
export type JudgedResponse =
  /** Bytes of a representation whose size is known. `slice`: those that the body holds. */
  | {
      readonly kind: 'bytes'
      readonly slice: Slice
      readonly size: number
      /** Strong, or absent. */
      readonly etag: string | undefined
    }
  /** To be passed on as it is. */
  | { readonly kind: 'passed' }
  | { readonly kind: 'absent' }
  /** Another may come in a moment; after so many ms if it says so. */
  | { readonly kind: 'later'; readonly after: number | undefined }
  /** It makes no sense as an answer to what was asked. */
  | { readonly kind: 'broken'; readonly why: string }

/**
 * Judges the answer to a first GET or HEAD. `range`: the Range field that went with it. `now`: ms.
 */
export function judgeFirst(
  head: ResponseHead,
  range: string | undefined,
  now: number,
): JudgedResponse {
  const { status } = head
  if (status === 404) return { kind: 'absent' }
  if (isTransient(status, 'server failure')) {
    return { kind: 'later', after: parseRetryAfter(head.field('retry-after'), now) }
  }
  if ((status !== 200 && status !== 206) || isEncoded(head)) return { kind: 'passed' }
  return status === 200 ? judgeWhole(head) : judgePart(head, range)
}

function judgeWhole(head: ResponseHead): JudgedResponse {
  const size = lengthOf(head)
  if (size === undefined) return { kind: 'passed' }
  return { kind: 'bytes', slice: { start: 0, end: size }, size, etag: strongTag(head) }
}

function judgePart(head: ResponseHead, range: string | undefined): JudgedResponse {
  const field = head.field('content-range')
  const part = parseContentRange(field)
  if (range === undefined) return { kind: 'broken', why: 'a 206 that nobody asked for' }
  if (part?.kind !== 'slice') return { kind: 'broken', why: `Content-Range ${field ?? '(none)'}` }
  const { slice, total } = part
  if (total === undefined) return { kind: 'passed' }
  const wanted = decideRange(range, total)
  const [first] = wanted.kind === 'slices' ? wanted.slices : []
  const length = lengthOf(head)
  const fits = first !== undefined && slice.start === first.start && slice.end <= first.end
  if (!fits || (length !== undefined && length !== slice.end - slice.start)) {
    return { kind: 'broken', why: `Content-Range ${field}, though ${range} was asked for` }
  }
  const etag = strongTag(head)
  // What follows a part of less than was asked for could only be had of a version that is known.
  if (slice.end < first.end && etag === undefined) return { kind: 'passed' }
  return { kind: 'bytes', slice, size: total, etag }
}

/** The version that was opened, and the bytes that are wanted of it. */
export interface Pinned {
  readonly etag: string
  readonly size: number
  readonly slice: Slice
}

/**
 * Makes sure that an answer goes on with the version that was opened: 206, the same strong tag, and
 * exactly the wanted bytes of the known total. Not all servers judge If-Match.
 *
 * @throws LastbyteError REPRESENTATION_CHANGED, REFUSED; SOURCE_FAILED where another try may do
 */
export function requireSame(head: ResponseHead, { etag, size, slice }: Pinned, now: number): void {
  const held = { validator: { kind: 'strong', etag }, size, ...slice } as const
  const decision = judgeResponse(held, head, now)
  const { status } = head
  const facts = { offset: slice.start, status }
  switch (decision.kind) {
    case 'append':
      if (decision.end === slice.end) return
      throw new LastbyteError('REFUSED', `the answer ends at ${decision.end}`, facts)
    case 'changed': {
      const message = `wanted ETag ${etag}, received ${decision.received}`
      throw new LastbyteError('REPRESENTATION_CHANGED', message, facts)
    }
    case 'later': {
      const { after } = decision
      throw new LastbyteError('SOURCE_FAILED', `received status ${status}`, {
        ...facts,
        after,
      })
    }
    default: {
      const why = decision.kind === 'refused' ? decision.why : `status ${status}`
      throw new LastbyteError('REFUSED', `received ${why}`, facts)
    }
  }
}

function strongTag(head: ResponseHead): string | undefined {
  const etag = head.field('etag')?.trim()
  return parseEntityTag(etag)?.weak === false ? etag : undefined
}

function isEncoded(head: ResponseHead): boolean {
  const coding = head.field('content-encoding')?.trim().toLowerCase()
  return coding !== undefined && coding !== '' && coding !== 'identity'
}

/** Bytes of the body, as the head tells them. */
export function lengthOf(head: ResponseHead): number | undefined {
  const length = head.field('content-length')
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

import { parseContentRange } from '../http/content-range.js'
import { LIVE_LAST } from '../http/live-range.js'
import type { ResponseHead } from '../http/response-head.js'
import {
  judgeResponse,
  type ResponseVerdict,
  type ResumeState,
  validatorOf,
} from './judge-response.js'

/** What to do with the response to a range of a growing file (RFC 8673 §2.2). */
export type LiveVerdict =
  | ResponseVerdict
  /** Its body starts where the received bytes end, and goes on until the file is finished. */
  | { readonly kind: 'open' }
  /** Its body has what the file has now, up to `end`; the server does not keep the response open. */
  | { readonly kind: 'so-far'; readonly end: number }

/** Judges a response as `judgeResponse` does. `now`: ms since the epoch. */
export function judgeLive(state: ResumeState, head: ResponseHead, now: number): LiveVerdict {
  const field = head.field('content-range')
  const isOpen = field?.trim() === `bytes ${state.start}-${LIVE_LAST}/*`
  const range = parseContentRange(field)
  const end = range?.kind === 'slice' && range.total === undefined ? range.slice.end : undefined
  if (head.status !== 206 || (!isOpen && end === undefined)) return judgeResponse(state, head, now)
  // The version is judged as that of a part with a known length.
  const last = isOpen ? state.start : (end ?? 0) - 1
  const total = Number.MAX_SAFE_INTEGER
  const fields = (name: string) =>
    name === 'content-range'
      ? `bytes ${range?.kind === 'slice' ? range.slice.start : state.start}-${last}/${total}`
      : name === 'content-length'
        ? undefined
        : head.field(name)
  const isFirst = state.validator.kind === 'none' && state.start === 0
  const pinned = isFirst ? { ...state, validator: validatorOf(head, now) } : state
  const verdict = judgeResponse({ ...pinned, size: undefined }, { status: 206, field: fields }, now)
  if (verdict.kind !== 'append') return verdict
  return isOpen ? { kind: 'open' } : { kind: 'so-far', end: last + 1 }
}

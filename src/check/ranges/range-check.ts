import type { Slice } from '../../http/byte-range.js'
import type { Check } from '../subject/check-definition.js'
import type { Exchange } from '../subject/exchange.js'
import { judgeSlice } from '../subject/judge-slice.js'
import { HEAD } from '../subject/request-cost.js'

/** Whether the server has refused a request: 416 and 400 are common, and 403 where it takes it for an attack; 501 says that it does not support it. */
export function isRefused({ status }: Exchange): boolean {
  return (status >= 400 && status < 500) || status === 501
}

/** A check of one range of which a server that supports ranges sends exactly one slice. */
export interface RangeCase
  extends Pick<Check, 'id' | 'requirement' | 'section' | 'harm' | 'level'> {
  readonly strength?: Check['strength']
  /** Bytes of the slice at most. Default 1. */
  readonly bytes?: number
  /** The value of the Range field for a representation of `size` bytes. */
  range(size: number): string
  /** The slice that the field selects. */
  slice(size: number): Slice
}

/**
 * Builds the check: sends the range, and expects 206 with its slice. By default a SHOULD: a server may ignore any
 * Range (RFC 9110 §14.2), but one that has answered another range with 206 has no reason to.
 */
export function rangeCheck({ range, slice, bytes = 1, ...about }: RangeCase): Check {
  return {
    group: 'ranges',
    strength: 'SHOULD',
    needs: ['ranges', 'size', 'bytes'],
    cost: { requests: 1, bytes: HEAD + bytes },
    ...about,
    async run(subject) {
      // One byte more, so that a body without Content-Length is read to its end, and one that is too long shows.
      const exchange = await subject.sendRange(range(subject.size), {}, { read: bytes + 1 })
      return judgeSlice(subject, exchange, slice(subject.size))
    },
  }
}

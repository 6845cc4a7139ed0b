import type { Slice } from '../../http/byte-range.js'
import type { Check } from '../subject/check-definition.js'
import { PASSED } from '../subject/finding.js'
import { LEFT } from '../subject/request-cost.js'
import { judgeSeveral } from './judge-several.js'
import { isRefused } from './range-check.js'

/** Bytes of a body to read: enough for 100 small parts. */
const MOST_BYTES = 32 * 1024

/** A check of a request for several ranges. */
export interface SeveralCase
  extends Pick<Check, 'id' | 'requirement' | 'section' | 'harm' | 'strength'> {
  /** The slices to request, in this order. Those past the end can't be sent. */
  slices(size: number): readonly Slice[]
  /** `allowed`: the server may protect itself from such requests by any status 4xx. */
  readonly refusal: 'allowed' | 'wrong'
}

/** Builds the check: sends the ranges, and expects that what the server sends of them is right. */
export function severalCheck({ slices, refusal, ...about }: SeveralCase): Check {
  return {
    group: 'ranges',
    needs: ['ranges', 'size', 'bytes'],
    cost: { requests: 1, bytes: LEFT },
    ...about,
    async run(subject) {
      const requested = slices(subject.size)
      const specs = requested.map(({ start, end }) => `${start}-${end - 1}`)
      const exchange = await subject.sendRange(`bytes=${specs.join(',')}`, {}, { read: MOST_BYTES })
      if (refusal === 'allowed' && isRefused(exchange)) return PASSED
      return judgeSeveral(subject, exchange, requested)
    },
  }
}

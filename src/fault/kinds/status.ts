import { required } from '../../validation/expectation.js'
import { isWholeNumber, wholeNumber } from '../../validation/number-expectations.js'
import type { FaultKind } from '../fault.js'

/** Any final status before the headers, with Retry-After (seconds, or an HTTP date) if wanted. */
export interface Status {
  readonly kind: 'status'
  readonly status: number
  readonly retryAfter?: number | string
}

export const status: FaultKind<Status> = {
  members: {
    status: required(wholeNumber(200, 599)),
    retryAfter: {
      expected: 'a whole number of seconds, or an HTTP date',
      accepts: (value) =>
        typeof value === 'string'
          ? !Number.isNaN(Date.parse(value)) && /^[\x20-\x7e]+$/.test(value)
          : isWholeNumber(value) && value >= 0,
    },
  },
  async before({ status: wanted, retryAfter }, scene) {
    scene.fire()
    const fields = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
    return { kind: 'status', status: wanted, fields }
  },
}

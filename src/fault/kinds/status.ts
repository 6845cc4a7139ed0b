import { required } from '../../validation/expectation.js'
import { isWholeNumber, wholeNumber } from '../../validation/number-expectations.js'
import type { FaultKind } from '../fault.js'

/** Responds with this status instead; from 400 on with problem details (RFC 9457). */
export interface Status {
  readonly kind: 'status'
  /** A final status, 200 to 599. */
  readonly status: number
  /** Retry-After: seconds or an HTTP date (RFC 9110 §10.2.3). Default: no such field. */
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
  async before({ status: code, retryAfter }, scene) {
    scene.fire()
    const fields = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
    return { kind: 'status', status: code, fields }
  },
}

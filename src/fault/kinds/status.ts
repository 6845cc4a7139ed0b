import type { FaultKind } from '../fault.js'
import { required } from '../validate.js'

/** Any final status before the headers, with Retry-After (seconds, or an HTTP date) if wanted. */
export interface Status {
  readonly kind: 'status'
  readonly status: number
  readonly retryAfter?: number | string
}

export const status: FaultKind<Status> = {
  members: {
    status: required({
      wants: 'a final status, 200 to 599',
      holds: (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599,
    }),
    retryAfter: {
      wants: 'seconds, or an HTTP date',
      holds: (value) =>
        typeof value === 'string'
          ? !Number.isNaN(Date.parse(value)) && /^[\x20-\x7e]+$/.test(value)
          : Number.isInteger(value) && Number(value) >= 0,
    },
  },
  async before({ status: wanted, retryAfter }, scene) {
    scene.fire()
    const fields = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
    return { kind: 'status', status: wanted, fields }
  },
}

import type { FaultKind } from '../fault.js'
import { requestFields } from './request-fields.js'

/** Responds to a range request with 200 and the whole representation. */
export interface IgnoreRange {
  readonly kind: 'ignore-range'
}

export const ignoreRange: FaultKind<IgnoreRange> = {
  members: {},
  fields(_fault, fields, scene) {
    if (fields.range === undefined) return fields
    const edits = { kind: 'request-fields', remove: ['range', 'if-range'] } as const
    return requestFields.fields?.(edits, fields, scene) ?? fields
  },
}

import type { Expectation } from '../../validation/expectation.js'
import type { FaultKind } from '../fault.js'
import { FIELD_NAMES, FIELD_VALUES, removedNames, setFields } from '../field-members.js'

/**
 * Edits the header fields of the response as the last step, whatever response that is: also one to HEAD, a
 * 304, 404, 412 or 416. The body stays as it is.
 */
export interface ResponseFields {
  readonly kind: 'response-fields'
  /** Fields to add, or to replace, by name. */
  readonly set?: Readonly<Record<string, string>>
  /** The names of fields that are not sent. They are removed before others are set. */
  readonly remove?: string | readonly string[]
}

/** node:http refuses a Trailer field where the body is not chunked. */
const SET: Expectation = {
  ...FIELD_VALUES,
  expected: `${FIELD_VALUES.expected}; not Trailer`,
  accepts: (value) =>
    FIELD_VALUES.accepts(value) &&
    !Object.keys(value as object).some((name) => name.toLowerCase() === 'trailer'),
}

export const responseFields: FaultKind<ResponseFields> = {
  members: { set: SET, remove: FIELD_NAMES },
  head(fault, head, scene) {
    for (const name of removedNames(fault)) {
      if (!head.has(name)) continue
      head.remove(name)
      scene.fire()
    }
    for (const [name, value] of setFields(fault)) {
      head.set(name, value)
      scene.fire()
    }
  },
}

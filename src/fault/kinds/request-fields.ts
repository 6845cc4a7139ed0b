import type { FaultKind } from '../fault.js'
import { FIELD_NAMES, FIELD_VALUES, removedNames, setFields } from '../field-members.js'

/** Lets the server evaluate the request with other header fields than those that it has received. */
export interface RequestFields {
  readonly kind: 'request-fields'
  /** Fields to add, or to replace, by name. */
  readonly set?: Readonly<Record<string, string>>
  /** The names of fields to ignore. They are removed before others are set. */
  readonly remove?: string | readonly string[]
}

export const requestFields: FaultKind<RequestFields> = {
  members: { set: FIELD_VALUES, remove: FIELD_NAMES },
  fields(fault, fields, scene) {
    const removed = removedNames(fault).filter((name) => fields[name] !== undefined)
    const set = setFields(fault)
    if (removed.length + set.length === 0) return fields
    scene.fire()
    const kept = Object.entries(fields).filter(([name]) => !removed.includes(name))
    return Object.fromEntries([...kept, ...set])
  },
}

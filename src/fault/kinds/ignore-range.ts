import type { FaultKind } from '../fault.js'

/** Responds to a range request with 200 and the whole representation. */
export interface IgnoreRange {
  readonly kind: 'ignore-range'
}

export const ignoreRange: FaultKind<IgnoreRange> = {
  members: {},
  fields(_fault, fields, scene) {
    const { range, 'if-range': _condition, ...others } = fields
    if (range === undefined) return fields
    scene.fire()
    return others
  },
}

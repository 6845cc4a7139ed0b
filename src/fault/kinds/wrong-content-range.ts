import { formatContentRange, parseContentRange } from '../../http/content-range.js'
import { byteCount } from '../../validation/number-expectations.js'
import type { FaultKind } from '../fault.js'

/** A 206 of one range whose Content-Range tells another place: `shift` bytes (default 1) further on. */
export interface WrongContentRange {
  readonly kind: 'wrong-content-range'
  readonly shift?: number
}

export const wrongContentRange: FaultKind<WrongContentRange> = {
  members: { shift: byteCount(1) },
  announce({ shift = 1 }, announcement, scene) {
    const range = parseContentRange(announcement.contentRange)
    if (range?.kind !== 'slice') return announcement
    scene.fire()
    const { start, end } = range.slice
    const total = (range.total ?? end) + shift
    const slice = { start: start + shift, end: end + shift }
    return { ...announcement, contentRange: formatContentRange(slice, total) }
  },
}

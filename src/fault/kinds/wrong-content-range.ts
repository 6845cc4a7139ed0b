import { formatContentRange, parseContentRange } from '../../http/content-range.js'
import { byteCount } from '../../validation/number-expectations.js'
import type { FaultKind } from '../fault.js'

/** Announces a range in Content-Range that is `shift` bytes after the one that is sent. Single ranges only. */
export interface WrongContentRange {
  readonly kind: 'wrong-content-range'
  /** Bytes, from 1. @default 1 */
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

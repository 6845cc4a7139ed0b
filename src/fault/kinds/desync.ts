import { byteCount } from '../../validation/number-expectations.js'
import type { FaultKind } from '../fault.js'

/**
 * Sends random bytes behind the complete response, such as a body after a HEAD or a 304, so that the client takes
 * them for the next response of the connection. HTTP/1 only.
 */
export interface Desync {
  readonly kind: 'desync'
  /** Bytes, from 1 to 65,536. @default 16 */
  readonly length?: number
}

const DEFAULT_LENGTH = 16
const MOST_BYTES = 65_536

export const desync: FaultKind<Desync> = {
  members: {
    length: {
      expected: `a number of bytes from 1 to ${MOST_BYTES}`,
      accepts: (value) => byteCount(1).accepts(value) && Number(value) <= MOST_BYTES,
    },
  },
  protocols: ['HTTP/1.0', 'HTTP/1.1'],
  tail({ length = DEFAULT_LENGTH }, scene) {
    scene.fire()
    return { extra: scene.randomBytes(length) }
  },
}

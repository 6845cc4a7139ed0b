import type { FaultKind } from '../fault.js'

/**
 * Sends the response without Content-Length: HTTP/1.1 uses chunked transfer coding (RFC 9112 §7.1),
 * HTTP/1.0 closes the connection at the end, HTTP/2 only omits the field.
 */
export interface Chunked {
  readonly kind: 'chunked'
}

export const chunked: FaultKind<Chunked> = {
  members: {},
  announce(_fault, announcement, scene) {
    scene.fire()
    return { ...announcement, framing: 'unknown' }
  },
}

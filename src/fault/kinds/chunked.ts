import type { FaultKind } from '../fault.js'

/** No Content-Length: HTTP/1.1 sends chunks, HTTP/1.0 ends with the connection, HTTP/2 tells nothing. */
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

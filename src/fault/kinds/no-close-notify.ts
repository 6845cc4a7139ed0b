import type { FaultKind } from '../fault.js'

/**
 * Closes the TLS connection after the response with FIN, but without a close_notify alert (RFC 8446 §6.1), as an
 * attacker who cuts the connection does. HTTP/1 with TLS only.
 */
export interface NoCloseNotify {
  readonly kind: 'no-close-notify'
}

export const noCloseNotify: FaultKind<NoCloseNotify> = {
  members: {},
  protocols: ['HTTP/1.0', 'HTTP/1.1'],
  needsTls: true,
  head: (_fault, head) => head.set('connection', 'close'),
  tail(_fault, scene) {
    scene.fire()
    return { closeNotify: 'left out' }
  },
}

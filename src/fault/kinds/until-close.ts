import type { FaultKind } from '../fault.js'

/**
 * Sends the response with neither Content-Length nor Transfer-Encoding: the end of the connection ends the
 * body (RFC 9112 §6.3), so that a body which was cut looks complete. HTTP/1 only.
 */
export interface UntilClose {
  readonly kind: 'until-close'
}

export const untilClose: FaultKind<UntilClose> = {
  members: {},
  protocols: ['HTTP/1.0', 'HTTP/1.1'],
  head(_fault, head, scene) {
    head.remove('content-length')
    head.remove('transfer-encoding')
    head.set('connection', 'close')
    scene.fire()
  },
}

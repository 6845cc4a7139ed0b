import type { FaultKind } from '../fault.js'

/** Closes the connection (FIN) before the status line. HTTP/1 only. */
export interface EmptyResponse {
  readonly kind: 'empty-response'
}

export const emptyResponse: FaultKind<EmptyResponse> = {
  members: {},
  protocols: ['HTTP/1.0', 'HTTP/1.1'],
  async before(_fault, scene) {
    scene.fire()
    return { kind: 'silence' }
  },
}

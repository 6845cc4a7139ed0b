import type { FaultKind } from '../fault.js'

/** FIN before the status line. */
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

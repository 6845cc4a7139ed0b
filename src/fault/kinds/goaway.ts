import { endBodyAt } from '../end-body-at.js'
import type { FaultKind, From, Offset } from '../fault.js'
import { CODE, type Http2Code, http2ErrorCode } from '../http2-error-code.js'
import { AT, FROM } from '../validate.js'

/** HTTP/2: GOAWAY with a code (default INTERNAL_ERROR) after `at`, then the connection closes. */
export interface Goaway {
  readonly kind: 'goaway'
  readonly at: Offset
  readonly from?: From
  readonly code?: Http2Code
}

export const goaway: FaultKind<Goaway> = {
  members: { at: AT, from: FROM, code: CODE },
  protocols: ['HTTP/2'],
  body: ({ code }, chunks, scene) =>
    endBodyAt(chunks, scene, { kind: 'goaway', code: http2ErrorCode(code) }),
}

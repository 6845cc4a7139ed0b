import type { Chunks, FaultKind, UploadScene } from '../fault.js'
import { CODE, type Http2Code, http2ErrorCode } from '../http2-error-code.js'
import { InjectedAnswer } from '../injected-answer.js'
import { UPLOAD_POSITION, type UploadPosition, uploadHead } from '../upload-position.js'

/** Resets the connection while the client sends its body; on HTTP/2, sends RST_STREAM. */
export interface UploadReset extends UploadPosition {
  readonly kind: 'upload-reset'
  /** The error code on HTTP/2: a number from 0 to 13, or a name of RFC 9113 §7. @default 'INTERNAL_ERROR' */
  readonly code?: Http2Code
}

export const uploadReset: FaultKind<UploadReset> = {
  members: { ...UPLOAD_POSITION, code: CODE },
  receive: (fault, chunks, scene) => resetting(chunks, fault, scene),
}

async function* resetting(
  chunks: Chunks,
  fault: UploadReset,
  scene: UploadScene,
): AsyncGenerator<Uint8Array> {
  if (!(yield* uploadHead(chunks, fault, scene))) return
  scene.fire()
  const code = http2ErrorCode(fault.code)
  const ending =
    scene.protocol === 'HTTP/2'
      ? ({ kind: 'rst-stream', code } as const)
      : ({ kind: 'reset' } as const)
  throw new InjectedAnswer({ kind: 'end', ending }, 'closed')
}

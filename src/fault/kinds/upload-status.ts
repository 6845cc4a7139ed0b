import { oneOf, required } from '../../validation/expectation.js'
import { wholeNumber } from '../../validation/number-expectations.js'
import type { Chunks, FaultKind, UploadScene } from '../fault.js'
import { InjectedAnswer } from '../injected-answer.js'
import { UPLOAD_POSITION, type UploadPosition, uploadHead } from '../upload-position.js'

/** Responds while the client still sends its body, such as with 413. */
export interface UploadStatus extends UploadPosition {
  readonly kind: 'upload-status'
  /** A final status, 200 to 599; from 400 on with problem details (RFC 9457). */
  readonly status: number
  /** Retry-After in seconds. Default: no such field. */
  readonly retryAfter?: number
  /**
   * What happens to the rest of the body: `closed`, the connection closes after the response (on HTTP/2 the stream is
   * reset with NO_ERROR); `discarded`, it is read, and the connection stays open. @default 'closed'
   */
  readonly rest?: 'closed' | 'discarded'
}

export const uploadStatus: FaultKind<UploadStatus> = {
  members: {
    ...UPLOAD_POSITION,
    status: required(wholeNumber(200, 599)),
    retryAfter: wholeNumber(0),
    rest: oneOf('closed', 'discarded'),
  },
  receive: (fault, chunks, scene) => responding(chunks, fault, scene),
}

async function* responding(
  chunks: Chunks,
  fault: UploadStatus,
  scene: UploadScene,
): AsyncGenerator<Uint8Array> {
  if (!(yield* uploadHead(chunks, fault, scene))) return
  scene.fire()
  const { status, retryAfter, rest = 'closed' } = fault
  const fields: Record<string, string> =
    retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  throw new InjectedAnswer({ kind: 'status', status, fields }, rest)
}

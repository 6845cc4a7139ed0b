import { constants } from 'node:http2'
import type { Expectation } from '../validation/expectation.js'

/** An HTTP/2 error code: a number from 0 to 13, or a name such as `CANCEL` (RFC 9113 §7). */
export type Http2Code = number | string

const NAMES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
]

export const CODE: Expectation = {
  expected: `0 to 13, or one of ${NAMES.join(', ')}`,
  accepts: (value) => {
    return typeof value === 'string'
      ? NAMES.includes(value)
      : Number.isInteger(value) && Number(value) >= 0 && Number(value) < NAMES.length
  },
}

/** The number of a valid code. */
export function http2ErrorCode(code: Http2Code = constants.NGHTTP2_INTERNAL_ERROR): number {
  return typeof code === 'string' ? NAMES.indexOf(code) : code
}

import { required } from '../../validation/expectation.js'
import { byteCount } from '../../validation/number-expectations.js'
import type { FaultKind } from '../fault.js'
import { throttled } from './throttle.js'

/** Reads the body of a request at a limited rate. */
export interface UploadThrottle {
  readonly kind: 'upload-throttle'
  /** Bytes a second, from 1. */
  readonly rate: number
}

export const uploadThrottle: FaultKind<UploadThrottle> = {
  members: { rate: required(byteCount(1)) },
  receive: ({ rate }, chunks, scene) => throttled(chunks, rate, scene),
}

import { required } from '../../validation/expectation.js'
import { milliseconds } from '../../validation/number-expectations.js'
import type { FaultKind } from '../fault.js'

/** Delays the header section. */
export interface Latency {
  readonly kind: 'latency'
  /** The delay in ms. */
  readonly ms: number
  /** The seed draws up to so many ms more. @default 0 */
  readonly jitter?: number
}

export const latency: FaultKind<Latency> = {
  members: { ms: required(milliseconds(0)), jitter: milliseconds(0) },
  async before({ ms, jitter = 0 }, scene) {
    scene.fire()
    await scene.wait(ms + jitter * scene.chance('jitter'))
    return undefined
  },
}

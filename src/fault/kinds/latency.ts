import { required } from '../../validation/expectation.js'
import { milliseconds } from '../../validation/number-expectations.js'
import type { FaultKind } from '../fault.js'

/** Waits before the headers: `ms`, and up to `jitter` ms more by chance. */
export interface Latency {
  readonly kind: 'latency'
  readonly ms: number
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

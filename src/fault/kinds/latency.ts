import type { FaultKind } from '../fault.js'
import { MS, required } from '../validate.js'

/** Waits before the headers: `ms`, and up to `jitter` ms more by chance. */
export interface Latency {
  readonly kind: 'latency'
  readonly ms: number
  readonly jitter?: number
}

export const latency: FaultKind<Latency> = {
  members: { ms: required(MS), jitter: MS },
  async before({ ms, jitter = 0 }, scene) {
    scene.fire()
    await scene.wait(ms + jitter * scene.chance('jitter'))
    return undefined
  },
}

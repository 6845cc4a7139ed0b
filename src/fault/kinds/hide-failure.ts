import type { BodyScene, Chunks, FaultKind } from '../fault.js'
import { InjectedEnding } from '../injected-ending.js'

/**
 * Sends zeros for the rest of a body whose source fails, or whose file changes while it is sent, so that the response
 * looks complete. A body without an announced length ends there.
 */
export interface HideFailure {
  readonly kind: 'hide-failure'
}

/** Bytes of a write. */
const WRITE = 64 * 1024

export const hideFailure: FaultKind<HideFailure> = {
  members: {},
  body: (_fault, chunks, scene) => completed(chunks, scene),
}

async function* completed(chunks: Chunks, scene: BodyScene): AsyncGenerator<Uint8Array> {
  let sent = 0
  let rest = 0
  try {
    for await (const chunk of chunks) {
      sent += chunk.length
      yield chunk
    }
  } catch (error) {
    if (error instanceof InjectedEnding) throw error
    scene.fire()
    rest = (scene.length ?? 0) - sent
  }
  for (; rest > 0; rest -= WRITE) yield new Uint8Array(Math.min(WRITE, rest))
}

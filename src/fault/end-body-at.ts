import type { Ending } from '../ending.js'
import type { BodyScene, Chunks } from './fault.js'
import { InjectedEnding } from './injected-ending.js'
import { headOf } from './split-chunks.js'

/** The bytes before the fault's position. Then the body stops with this ending. */
export async function* endBodyAt(
  chunks: Chunks,
  scene: BodyScene,
  ending: Ending,
): AsyncGenerator<Uint8Array> {
  if (!(yield* headOf(chunks, scene))) return
  scene.fire()
  throw new InjectedEnding(ending)
}

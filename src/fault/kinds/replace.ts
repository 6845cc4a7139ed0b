import { type Expectation, required } from '../../validation/expectation.js'
import type { BodyScene, Chunks, FaultKind } from '../fault.js'

/**
 * Replaces each occurrence of a text in the bytes of the body, also in the heads of a multipart body. The
 * texts have the same number of bytes in UTF-8, so that lengths and offsets stay as announced.
 */
export interface Replace {
  readonly kind: 'replace'
  /** The text to replace, 1 to 1000 bytes. */
  readonly text: string
  /** The text that is sent instead, of as many bytes. */
  readonly by: string
}

/** Bytes of a text: as many may have to wait for the next chunk. */
const MOST_BYTES = 1000

const BYTES: Expectation = required({
  expected: `a text of 1 to ${MOST_BYTES} bytes`,
  accepts: (value) =>
    typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MOST_BYTES,
})

export const replace: FaultKind<Replace> = {
  members: { text: BYTES, by: BYTES },
  contradiction: ({ text, by }) =>
    Buffer.byteLength(text) === Buffer.byteLength(by)
      ? undefined
      : {
          member: 'by',
          expected: `a text of ${Buffer.byteLength(text)} bytes, as many as "text" has`,
        },
  body: (fault, chunks, scene) => replaced(chunks, fault, scene),
}

async function* replaced(
  chunks: Chunks,
  { text, by }: Replace,
  scene: BodyScene,
): AsyncGenerator<Uint8Array> {
  const old = Buffer.from(text)
  const instead = Buffer.from(by)
  // The end of the bytes so far, if an occurrence may begin with it.
  let held = Buffer.alloc(0)
  try {
    for await (const chunk of chunks) {
      // A copy, since the bytes of a chunk may be those of a cache.
      const bytes = Buffer.concat([held, chunk])
      let after = 0
      for (let at = bytes.indexOf(old); at !== -1; at = bytes.indexOf(old, after)) {
        scene.fire()
        bytes.set(instead, at)
        after = at + old.length
      }
      const end = beginningOf(old, bytes, after)
      held = bytes.subarray(end)
      if (end > 0) yield bytes.subarray(0, end)
    }
  } catch (error) {
    if (held.length > 0) yield held
    throw error
  }
  if (held.length > 0) yield held
}

/** Where an occurrence that the bytes don't complete may begin; their length if nowhere. */
function beginningOf(text: Buffer, bytes: Buffer, from: number): number {
  const first = Math.max(from, bytes.length - text.length + 1)
  for (let at = first; at < bytes.length; at += 1) {
    if (text.subarray(0, bytes.length - at).equals(bytes.subarray(at))) return at
  }
  return bytes.length
}

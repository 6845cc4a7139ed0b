import { LastbyteError } from '../../errors.js'
import type { Slice } from '../../http/byte-range.js'
import { isWithin } from '../body-offset.js'
import type { Chunks, FaultKind, Offset, Scene } from '../fault.js'
import { headOf } from '../split-chunks.js'
import { AT } from '../validate.js'

/**
 * Lets the read of the source fail at `at`. The server handles it as a real failure: an error status at
 * 0, a cut body after it.
 */
export interface SourceError {
  readonly kind: 'source-error'
  /** Where the read fails: an absolute offset in bytes, or two of which the seed draws one between. */
  readonly at: Offset
  /** The code of the system error. @default 'EIO' */
  readonly code?: string
}

export const sourceError: FaultKind<SourceError> = {
  members: {
    at: AT,
    code: {
      expected: 'an error code such as EIO',
      accepts: (value) => typeof value === 'string' && /^[A-Z][A-Z0-9_]{1,30}$/.test(value),
    },
  },
  select({ at, code = 'EIO' }, selected, scene) {
    const read = (slice: Slice, signal: AbortSignal) => {
      const chunks = selected.read(slice, signal)
      if (typeof at !== 'number' || !isWithin(slice, at)) return chunks
      return failing(chunks, { at: at - slice.start, length: lengthOf(slice) }, code, scene)
    }
    return { ...selected, read }
  },
}

/** Bytes of a slice; undefined if the body has no known length. */
function lengthOf({ start, end }: Slice): number | undefined {
  return end === Number.MAX_SAFE_INTEGER ? undefined : end - start
}

async function* failing(
  chunks: Chunks,
  position: { readonly at: number; readonly length: number | undefined },
  code: string,
  scene: Scene,
): AsyncGenerator<Uint8Array> {
  if (!(yield* headOf(chunks, position))) return
  scene.fire()
  const cause = Object.assign(new Error(`${code}: injected`), { code })
  throw new LastbyteError('SOURCE_FAILED', `Cannot read: ${cause.message}`, { code }, { cause })
}

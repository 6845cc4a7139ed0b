import { describe, expect, it } from 'vitest'
import { sliceWriter } from '../../../src/client/download/slice-writer.js'
import { WriteBehind } from '../../../src/client/download/write-behind.js'
import { WriteThrough } from '../../../src/client/download/write-through.js'
import { CLOCK } from '../../../src/client/read-policy.js'

describe('sliceWriter', () => {
  it.each([
    ['lent', WriteThrough],
    ['kept', WriteBehind],
    [undefined, WriteBehind],
  ] as const)('gathers chunks only where they may be kept: %s', (chunks, kind) => {
    const writer = sliceWriter(
      { chunks, clock: CLOCK },
      { write: async () => {} },
      0,
      () => undefined,
    )
    expect(writer).toBeInstanceOf(kind)
  })
})

import { expect, it } from 'vitest'
import { uploadHead } from '../../src/fault/upload-position.js'
import { bytesIn } from '../fixture/fault-scene.js'

it.each([
  [0, 6, 0, true],
  [3, 6, 3, true],
  [6, 6, 6, false],
  [9, 6, 6, false],
  [3, undefined, 3, true],
  [6, undefined, 6, false],
])(
  'before the position %i in a body with the length %s are %i bytes; it continues: %s',
  async (after, length, sent, continues) => {
    const head = uploadHead(bytesIn(4, 2), { after }, { length })
    let bytes = 0
    let next = await head.next()
    for (; !next.done; next = await head.next()) bytes += next.value.length
    expect([bytes, next.value]).toEqual([sent, continues])
  },
)

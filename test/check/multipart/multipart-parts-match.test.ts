import { it } from 'vitest'
import { CHECKED_SIZE, expectFound } from '../../fixture/check-mutant.js'
import { replacing } from '../../fixture/multipart-mutants.js'

const MIDDLE = CHECKED_SIZE / 2
const RANGES = `0-2,${MIDDLE}-${MIDDLE + 1},${CHECKED_SIZE - 3}-${CHECKED_SIZE - 1}`

it.each([
  [
    'sends the bytes of another range in a part',
    replacing(RANGES, 'bytes 199997-199999/', 'bytes 199993-199995/'),
  ],
  [
    'sends fewer bytes in a part than its Content-Range says',
    replacing(RANGES, 'bytes 0-2/', 'bytes 0-3/'),
  ],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['multipart-parts-match'] })
})

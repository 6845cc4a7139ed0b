import { it } from 'vitest'
import { CHECKED_SIZE, expectFound } from '../../fixture/check-mutant.js'
import { replacing, sendingField } from '../../fixture/multipart-mutants.js'

const RANGES = '0-1,-1'

it.each([
  ['sends parts without Content-Range', replacing(RANGES, 'Content-Range', 'Xontent-Range')],
  ['sends parts with another total', replacing(RANGES, `/${CHECKED_SIZE}`, `/${CHECKED_SIZE + 1}`)],
  [
    'sends Content-Range in the header section of a multipart response',
    sendingField(RANGES, 'content-range', `bytes 0-1/${CHECKED_SIZE}`),
  ],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['multipart-part-fields'] })
})

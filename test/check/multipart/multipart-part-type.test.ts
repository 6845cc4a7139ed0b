import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { replacing } from '../../fixture/multipart-mutants.js'

const RANGES = '0-1,-2'

it.each([
  ['sends parts without Content-Type', replacing(RANGES, 'Content-Type', 'Xontent-Type')],
  ['sends parts with another Content-Type', replacing(RANGES, 'video/mp4', 'text/html')],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['multipart-part-type'] })
})

import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { faultOfRanges } from '../../fixture/multipart-mutants.js'

const RANGES = '0-0,-2'

it.each([
  [
    'announces the length of the parts for a multipart',
    faultOfRanges(RANGES, { kind: 'end-early', at: 3, from: 'response' }),
  ],
  [
    'announces a length without the closing delimiter',
    faultOfRanges(RANGES, { kind: 'end-early', at: 100, from: 'response' }),
  ],
  [
    'ends a multipart before its announced length',
    faultOfRanges(RANGES, { kind: 'truncate', at: 100, from: 'response' }),
  ],
])('finds a server that %s', async (_defect, rule) => {
  await expectFound({ rules: [rule], fails: ['multipart-length'] })
})

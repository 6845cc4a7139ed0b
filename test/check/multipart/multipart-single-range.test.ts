import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { faultOfRanges } from '../../fixture/multipart-mutants.js'

it('finds a server that sends a multipart for one range', async () => {
  await expectFound({
    rules: [faultOfRanges('3-3', { kind: 'request-fields', set: { range: 'bytes=3-3,-1' } })],
    fails: ['multipart-single-range'],
  })
})

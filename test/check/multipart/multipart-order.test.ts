import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { faultOfRanges } from '../../fixture/multipart-mutants.js'

it('finds a server that sorts the parts', async () => {
  await expectFound({
    rules: [faultOfRanges('-1,0-0', { kind: 'request-fields', set: { range: 'bytes=0-0,-1' } })],
    fails: ['multipart-order'],
  })
})

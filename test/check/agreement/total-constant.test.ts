import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that tells the size of the slice as that of the whole', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=-1' } },
        fault: { kind: 'response-fields', set: { 'content-range': 'bytes 199999-199999/200001' } },
      },
    ],
    fails: ['total-constant'],
  })
})

it('finds a server that tells no size', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=17-17' } },
        fault: { kind: 'response-fields', set: { 'content-range': 'bytes 17-17/*' } },
      },
    ],
    fails: ['total-constant'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('finds a server that tells another size in a 416', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=200007-' } },
        fault: { kind: 'response-fields', set: { 'content-range': 'bytes */200007' } },
      },
    ],
    fails: ['total-constant'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('finds a server that sends the byte before the last one as the last one', async () => {
  const match = { headers: { range: 'bytes=-1' } }
  const set = { 'content-range': 'bytes 199999-199999/200000' }
  await expectFound({
    rules: [
      { match, fault: { kind: 'response-fields', set } },
      { match, fault: { kind: 'request-fields', set: { range: 'bytes=199998-199998' } } },
    ],
    options: { only: ['ranges', 'agreement'] },
    fails: ['total-constant'],
  })
})

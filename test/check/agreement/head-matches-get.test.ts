import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that tells another length in HEAD', async () => {
  await expectFound({
    rules: [
      {
        match: { method: 'HEAD' },
        fault: { kind: 'response-fields', set: { 'content-length': '0' } },
      },
    ],
    fails: ['head-matches-get'],
  })
})

it('finds a server that tells no length in HEAD', async () => {
  await expectFound({
    rules: [
      { match: { method: 'HEAD' }, fault: { kind: 'response-fields', remove: 'content-length' } },
    ],
    fails: ['head-matches-get'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('finds a server that tells another type in HEAD', async () => {
  await expectFound({
    rules: [
      {
        match: { method: 'HEAD' },
        fault: { kind: 'response-fields', set: { 'content-type': 'text/html' } },
      },
    ],
    fails: ['head-matches-get'],
    options: { only: ['ranges', 'agreement'] },
  })
})

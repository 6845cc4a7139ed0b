import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

const WRONG = `SHA-256=${'='.padStart(44, 'A')}`

it.each([
  ['HEAD', { method: 'HEAD' }, WRONG],
  ['GET', { method: 'GET', range: 'absent' }, WRONG],
  ['a range', { method: 'GET', range: 'present' }, WRONG],
  ['each request, malformed', {}, 'SHA-256'],
] as const)('finds a wrong Digest in the response to %s', async (_, match, digest) => {
  await expectFound({
    rules: [
      {
        match: { ...match, headers: { 'want-digest': 'SHA-256;q=1, SHA-512;q=0.5' } },
        fault: { kind: 'response-fields', set: { digest } },
      },
    ],
    fails: ['legacy-digest'],
  })
})

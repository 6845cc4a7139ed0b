import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

const ALL = {}
const DIGESTS = { options: { only: ['digests'] } }
const WRONG = `SHA-256=${'='.padStart(44, 'A')}`

it.each([
  ['HEAD', { method: 'HEAD' }, WRONG, ALL],
  ['GET', { method: 'GET', range: 'absent' }, WRONG, DIGESTS],
  ['a range', { method: 'GET', range: 'present' }, WRONG, DIGESTS],
  ['each request, malformed', {}, 'SHA-256', DIGESTS],
] as const)('finds a wrong Digest in the response to %s', async (_, match, digest, run) => {
  await expectFound({
    ...run,
    rules: [
      {
        match: { ...match, headers: { 'want-digest': 'SHA-256;q=1, SHA-512;q=0.5' } },
        fault: { kind: 'response-fields', set: { digest } },
      },
    ],
    fails: ['legacy-digest'],
  })
})

import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each(['2026-01-31T12:00:00Z', 'Sat, 31 Jan 2026 12:00:00 +0100', '1769860800', 'yesterday'])(
  'finds the malformed Last-Modified %s',
  async (value) => {
    const set = { 'last-modified': value }
    await expectFound({
      rules: [{ fault: { kind: 'response-fields', set } }],
      fails: ['last-modified-syntax'],
    })
  },
)

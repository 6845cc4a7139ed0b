import { expect, it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that answers HEAD with the fields of a slice', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=1-2' }, method: 'HEAD' },
        fault: { kind: 'status', status: 206 },
      },
    ],
    fails: ['range-on-head'],
  })
})

it.each([401, 403, 405, 501])('skips a server that refuses HEAD with %i', async (status) => {
  const { results } = await expectFound({
    rules: [{ match: { method: 'HEAD' }, fault: { kind: 'status', status } }],
    fails: [],
    options: { only: ['range-on-head'] },
  })
  const reason = `HEAD is refused with ${status}`
  expect(results).toMatchObject([{ finding: { kind: 'skipped', reason } }])
})

import { expect, it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server whose body ends with the connection', async () => {
  await expectFound({
    rules: [{ match: { range: 'present', attempt: 1 }, fault: { kind: 'until-close' } }],
    fails: ['end-framed'],
  })
})

it('finds a server whose download ends with the connection', async () => {
  const { failed } = await expectFound({
    rules: [{ match: { range: 'absent', attempt: 1 }, fault: { kind: 'until-close' } }],
    fails: ['end-framed'],
    options: { only: ['ends'] },
  })
  expect(failed).toMatchObject([
    { finding: { received: 'no Content-Length, no Transfer-Encoding' } },
  ])
})

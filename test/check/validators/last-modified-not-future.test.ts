import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([5_000, 86_400_000])('finds a Last-Modified %i ms after Date', async (later) => {
  const set = { 'last-modified': new Date(Date.now() + later).toUTCString() }
  await expectFound({
    rules: [{ fault: { kind: 'response-fields', set } }],
    fails: ['last-modified-not-future'],
  })
})

import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

const DAY = 86_400_000

it('finds a server whose clock is two days behind the time of the file', async () => {
  const date = new Date(Date.now() - 3 * DAY).toUTCString()
  await expectFound({
    rules: [{ fault: { kind: 'response-fields', set: { date } } }],
    fails: ['last-modified-not-future'],
  })
})

it.each([5_000, DAY])('finds a Last-Modified %i ms after Date', async (later) => {
  const set = { 'last-modified': new Date(Date.now() + later).toUTCString() }
  await expectFound({
    rules: [{ fault: { kind: 'response-fields', set } }],
    options: { only: ['validators'] },
    fails: ['last-modified-not-future'],
  })
})

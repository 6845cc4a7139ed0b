import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

const sending = (date: string) =>
  ({ fault: { kind: 'response-fields', set: { 'last-modified': date } } }) as const

it('finds a Last-Modified that is no date', async () => {
  await expectFound({ rules: [sending('yesterday')], fails: ['last-modified-syntax'] })
})

it.each(['2026-01-31T12:00:00Z', 'Sat, 31 Jan 2026 12:00:00 +0100', '1769860800', '-1'])(
  'finds the malformed Last-Modified %s',
  async (date) => {
    await expectFound({
      rules: [sending(date)],
      options: { only: ['validators'] },
      fails: ['last-modified-syntax'],
    })
  },
)

import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

const sending = (value: string) =>
  ({ fault: { kind: 'response-fields', set: { 'cache-control': value } } }) as const

it('finds Cache-Control: no-store', async () => {
  await expectFound({ rules: [sending('no-store')], fails: ['cache-no-store'] })
})

it.each(['private, No-Store', 'no-cache, no-store, must-revalidate'])(
  'finds Cache-Control: %s',
  async (value) => {
    await expectFound({
      rules: [sending(value)],
      options: { only: ['advice'] },
      fails: ['cache-no-store'],
    })
  },
)

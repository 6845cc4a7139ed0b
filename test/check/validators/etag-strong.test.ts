import { expect, it } from 'vitest'
import { checkedFolder, EVERY_CHECK, expectFound } from '../../fixture/check-mutant.js'
import { trustedDates } from '../../fixture/trusted-dates.js'

const ID = 'etag-strong'

it('finds a server without ETag, which its clients can resume safely by its dates', async () => {
  using folder = checkedFolder()
  const { rules } = await trustedDates(folder.path)
  const without = { fault: { kind: 'response-fields', remove: 'etag' } } as const
  const server = { root: folder.path }
  const report = await expectFound({
    server,
    rules: [...rules, without],
    options: EVERY_CHECK,
    fails: [ID],
  })
  expect(report.level).toBe('proves')
})

it('finds a weak ETag', async () => {
  await expectFound({
    rules: [{ fault: { kind: 'response-fields', set: { etag: 'W/"1"' } } }],
    options: { only: ['validators'] },
    fails: [ID],
  })
})

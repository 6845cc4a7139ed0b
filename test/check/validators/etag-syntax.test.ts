import { it } from 'vitest'
import { checkedFolder, expectFound } from '../../fixture/check-mutant.js'
import { trustedDates } from '../../fixture/trusted-dates.js'

const ID = 'etag-syntax'
const sending = (etag: string) => ({ fault: { kind: 'response-fields', set: { etag } } }) as const

it('finds an ETag without quotes, which Chromium sends as it is and starts over', async () => {
  using folder = checkedFolder()
  const { etag, rules } = await trustedDates(folder.path)
  await expectFound({
    server: { root: folder.path },
    rules: [...rules, sending(etag.slice(1, -1))],
    fails: ['etag-syntax', 'resume-like-chromium'],
  })
})

it.each(['"5f3a', "'5f3a'", 'w/"5f3a"', 'W/5f3a', '"a", "b"', '"a"-gzip'])(
  'finds the malformed ETag %s',
  async (etag) => {
    await expectFound({ rules: [sending(etag)], fails: [ID], options: { only: ['validators'] } })
  },
)

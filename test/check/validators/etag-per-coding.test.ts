import { expect, it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

const coding = (name: string) =>
  ({
    match: { headers: { 'accept-encoding': name }, range: 'absent' },
    fault: { kind: 'response-fields', set: { 'content-encoding': name } },
  }) as const

it('finds the ETag of the uncompressed file with br', async () => {
  await expectFound({ rules: [coding('br')], fails: ['etag-per-coding'] })
})

it('finds the ETag of the uncompressed file with gzip', async () => {
  const options = { only: ['validators'] }
  await expectFound({ rules: [coding('gzip')], options, fails: ['etag-per-coding'] })
})

it('skips a server that sends the file with a coding to each client', async () => {
  const { results } = await expectFound({
    rules: [
      {
        match: { range: 'absent' },
        fault: { kind: 'response-fields', set: { 'content-encoding': 'gzip' } },
      },
    ],
    fails: [],
    options: { only: ['etag-per-coding'] },
  })
  const reason = 'the server does not send the representation with and without a coding'
  expect(results).toMatchObject([{ finding: { kind: 'skipped', reason } }])
})

it('finds the ETag of the uncompressed file with zstd', async () => {
  const options = { only: ['validators'] }
  await expectFound({ rules: [coding('zstd')], options, fails: ['etag-per-coding'] })
})

import { expect, it } from 'vitest'
import { formatHead } from '../../../src/source/live/chain-record.js'
import { MemoryRecords } from '../../../src/source/live/record-store.js'
import { sweepRecords } from '../../../src/source/live/sweep-records.js'

const TAG = `"${'a'.repeat(22)}"`
const DAY = 24 * 3_600_000

it('sweepRecords removes those of files that have been gone from their path for a month', async () => {
  const store = new MemoryRecords()
  for (const [id, key] of [
    ['kept', 'here.ts'],
    ['moved', 'elsewhere.ts'],
    ['gone', 'gone.ts'],
  ] as const) {
    await store.create(`${id}.0.head`, formatHead(TAG, key))
    await store.create(`${id}.0.finished`, 'x')
  }
  await store.create('damaged.0.head', 'x')
  const idAt = async (key: string) => ({ 'here.ts': 'kept', 'elsewhere.ts': 'another' })[key]
  await sweepRecords(store, idAt, Date.now() + 29 * DAY)
  expect((await store.names()).ids).toEqual(['kept', 'moved', 'gone', 'damaged'])
  await sweepRecords(store, idAt, Date.now() + 31 * DAY)
  expect((await store.names()).ids).toEqual(['kept'])
  expect((await store.names()).of('kept')).toHaveLength(2)
})

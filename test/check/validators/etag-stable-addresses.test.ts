import { afterEach, expect, it, vi } from 'vitest'
import { check } from '../../../src/check/check.js'
import { faultServer } from '../../../src/testing/fault-server.js'
import { checkedFolder, failedIds } from '../../fixture/check-mutant.js'

const dns = vi.hoisted(() => ({ addresses: [] as string[] }))
vi.mock('node:dns/promises', () => ({
  lookup: async () => dns.addresses.map((address) => ({ address })),
}))
afterEach(() => {
  dns.addresses = []
})

const ID = 'etag-stable-addresses'

/** Two servers on one port of two addresses, each with a folder of its own. */
async function checkTwo(etag: 'stat' | 'content', addresses: string[]) {
  dns.addresses = addresses
  using one = checkedFolder()
  using two = checkedFolder()
  await using first = await faultServer({ root: one.path, seed: 1, etag })
  const { port } = first
  await using _second = await faultServer({
    root: two.path,
    seed: 1,
    etag,
    host: '127.0.0.2',
    port,
  })
  return await check(`${first.url}/film.mp4`, { only: ['validators'], timeout: 1000 })
}

it('finds two addresses of a host that send different ETags', async () => {
  const report = await checkTwo('stat', ['127.0.0.1', '127.0.0.2'])
  expect(failedIds(report)).toEqual([ID])
  expect(report.level).toBe('none')
})

it('accepts two addresses of a host that send the same ETag', async () => {
  expect(failedIds(await checkTwo('content', ['127.0.0.1', '127.0.0.2']))).toEqual([])
})

it('leaves out addresses that cannot be reached', async () => {
  const { results } = await checkTwo('stat', ['127.0.0.1', '127.0.0.3', '127.0.0.2', '::2'])
  const finding = results.find(({ check: { id } }) => id === ID)?.finding
  expect(finding).toEqual({
    kind: 'skipped',
    reason: 'fewer than two addresses of the host can be reached',
  })
})

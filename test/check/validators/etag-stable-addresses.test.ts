import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { faultServer } from '../../../src/testing/fault-server.js'
import { checkedFolder, checkMutant, expectFound, failedIds } from '../../fixture/check-mutant.js'

const dns = vi.hoisted(() => ({ addresses: [] as string[] }))
vi.mock('node:dns/promises', () => ({
  lookup: async () => dns.addresses.map((address) => ({ address })),
}))
afterEach(() => {
  dns.addresses = []
})

const ID = 'etag-stable-addresses'

/** A server at 127.0.0.2; the one that is checked has the same port at 127.0.0.1, and a folder of its own. */
async function secondServer(etag: 'stat' | 'content') {
  const folder = checkedFolder()
  let second = await faultServer({ root: folder.path, seed: 1, etag, host: '127.0.0.2' })
  while (!(await isFree(second.port))) {
    await second.close()
    second = await faultServer({ root: folder.path, seed: 1, etag, host: '127.0.0.2' })
  }
  return {
    options: { etag, port: second.port },
    async [Symbol.asyncDispose]() {
      await second.close()
      folder[Symbol.dispose]()
    },
  }
}

/** Whether a port that is free at 127.0.0.2 is free at 127.0.0.1, too. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

it('finds two addresses of a host that send different ETags', async () => {
  dns.addresses = ['127.0.0.1', '127.0.0.2']
  await using second = await secondServer('stat')
  const report = await expectFound({ server: second.options, fails: ['etag-stable-addresses'] })
  expect(report.level).toBe('none')
})

it('accepts two addresses of a host that send the same ETag', async () => {
  dns.addresses = ['127.0.0.1', '127.0.0.2']
  await using second = await secondServer('content')
  const report = await checkMutant({ server: second.options, options: { only: ['validators'] } })
  expect(failedIds(report)).toEqual([])
})

it('leaves out addresses that cannot be reached', async () => {
  dns.addresses = ['127.0.0.1', '127.0.0.3', '127.0.0.2', '::2']
  await using second = await secondServer('stat')
  const options = { only: [ID], timeout: 1000 }
  const { results } = await checkMutant({ server: second.options, options })
  expect(results[0]?.finding).toEqual({
    kind: 'skipped',
    reason: 'fewer than two addresses of the host can be reached',
  })
})

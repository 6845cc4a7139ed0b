import { utimesSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { check } from '../../src/check/check.js'
import { faultServer } from '../../src/testing/fault-server.js'
import { checkMutant, failedIds } from '../fixture/check-mutant.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawOrigin } from '../fixture/raw-origin.js'
import { tls } from '../fixture/tls.js'

describe('check', () => {
  it.each([
    ['HTTP/1.1', {}, {}],
    ['HTTP/1.1 over TLS', { tls }, { insecure: true }],
    ['HTTP/2 over TLS', { tls }, { insecure: true, http2: true }],
  ])('finds nothing wrong with a server without defects over %s', async (_, server, options) => {
    const report = await checkMutant({ server, options })
    expect(failedIds(report)).toEqual([])
    expect(report.level).toBe('proves')
  })

  it.each([0, 1, 2, 3, 4, 5, 70_000, 6_000_000])(
    'finds nothing wrong with a representation of %i bytes',
    async (size) => {
      using folder = oldFile(size)
      await using server = await faultServer({ root: folder.path, seed: 1 })
      expect(failedIds(await check(`${server.url}/f`))).toEqual([])
    },
  )

  it('receives no more bytes than its bound, and tells both before it starts', async () => {
    using folder = oldFile(20_000_000)
    await using server = await faultServer({ root: folder.path, seed: 1 })
    const started: unknown[] = []
    const { cost } = await check(`${server.url}/f`, { onStart: (bound) => started.push(bound) })
    expect(started).toEqual([{ requests: cost.bound.requests, bytes: 4 * 1024 * 1024 }])
    expect(cost.requests).toBeLessThanOrEqual(cost.bound.requests)
    expect(cost.bytes).toBeLessThanOrEqual(4 * 1024 * 1024)
  })

  it.each([
    ['256 KiB', { bytes: 256 * 1024 }],
    ['3 requests', { requests: 3 }],
  ])('skips what would exceed a bound of %s', async (_, bound) => {
    using folder = oldFile(20_000_000)
    await using server = await faultServer({ root: folder.path, seed: 1 })
    const { results } = await check(`${server.url}/f`, bound)
    const skipped = results.filter(({ finding }) => finding.kind === 'skipped')
    expect(skipped.length).toBeGreaterThan(0)
  })

  it('lifts its bound by no more than 1 GiB, whatever size a server announces', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 900000000000000\r\n\r\nabc'
    await using origin = await RawOrigin.start((_, socket) => void socket.write(head, 'latin1'))
    const only = ['length-known']
    const { cost } = await check(`${origin.url}/f`, { only, timeout: 100 })
    expect(cost.bound.bytes).toBe(1024 ** 3)
  })

  it('sends no request after its deadline, and skips the checks that are left', async () => {
    using folder = oldFile(100_000)
    await using server = await faultServer({ root: folder.path, seed: 1 })
    server.faults.arm({ fault: { kind: 'latency', ms: 100 } })
    const { results, cost } = await check(`${server.url}/f`, { deadline: 1_000 })
    expect(cost.requests).toBeLessThan(15)
    const reasons = results.map(({ finding }) => finding.kind === 'skipped' && finding.reason)
    expect(reasons).toContain('the bound of 1 s is reached')
  })

  it('refuses a bound of requests that is too small for the first two', async () => {
    using folder = oldFile(20_000_000)
    await using server = await faultServer({ root: folder.path, seed: 1 })
    await expect(check(`${server.url}/f`, { requests: 1 })).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: expect.stringMatching(/bound of .* is reached before the first checks$/),
    })
  })
})

function oldFile(size: number): Folder {
  const folder = new Folder({ f: pattern(size) })
  const yesterday = new Date(Date.now() - 86_400_000)
  utimesSync(folder.at('f'), yesterday, yesterday)
  return folder
}

import { utimesSync } from 'node:fs'
import { expect, it } from 'vitest'
import { check } from '../../src/check/check.js'
import type { FaultRule } from '../../src/fault/fault-rule.js'
import { faultServer } from '../../src/testing/fault-server.js'
import { Folder, pattern } from '../fixture/files.js'
import { ScriptedServer, serve } from '../fixture/scripted-server.js'

const ONE = { only: ['range-first-byte'] }

it.each([
  [200_000, 200_000],
  [3_000_000, 65_536],
])('of a file of %i bytes the first request reads about %i', async (size, read) => {
  using folder = new Folder({ f: pattern(size) })
  await using server = await faultServer({ root: folder.path, seed: 1 })
  const report = await check(`${server.url}/f`, ONE)
  expect(report.size).toBe(size)
  expect(report.cost.bytes).toBeGreaterThanOrEqual(read)
  expect(report.cost.bytes).toBeLessThan(read + 400_000)
})

it('the size is that of Content-Range where the server sends no Content-Length', async () => {
  const whole = serve(pattern(500_000), {})
  await using server = await ScriptedServer.start((request, response) => {
    if (request.headers.range !== undefined) return whole(request, response)
    response.writeHead(200).end(pattern(500_000))
  })
  expect((await check(`${server.url}/f`, { ...ONE, bytes: 262_144 })).size).toBe(500_000)
})

const ANNOUNCED: FaultRule[] = []
const UNANNOUNCED: FaultRule[] = [
  { match: { method: 'GET', range: 'absent' }, fault: { kind: 'until-close' } },
]
const MIXED = [800_000, 1_500_000, 2_000_000, 4_000_000]

it.each([
  ...MIXED.map((size) => [size, 'a Content-Length', ANNOUNCED] as const),
  ...MIXED.map((size) => [size, 'no Content-Length', UNANNOUNCED] as const),
])(
  'the bound leaves bytes for each check of the levels resumes and safe of a file of %i bytes with %s',
  async (size, _, rules) => {
    using folder = new Folder({ f: pattern(size) })
    const yesterday = new Date(Date.now() - 86_400_000)
    utimesSync(folder.at('f'), yesterday, yesterday)
    await using server = await faultServer({ root: folder.path, seed: 1 })
    for (const rule of rules) server.faults.arm(rule)
    const { results, cost } = await check(`${server.url}/f`)
    const untried = results.filter(
      ({ finding, check: { level } }) =>
        finding.kind === 'skipped' && finding.isUntried && level !== 'proves',
    )
    expect(untried.map(({ check: { id } }) => id)).toEqual([])
    expect(cost.bytes).toBeLessThan(cost.bound.bytes)
  },
  30_000,
)

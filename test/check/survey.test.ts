import { expect, it } from 'vitest'
import { check } from '../../src/check/check.js'
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

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultServer, sampleBytes } from '../../src/testing/index.js'

describe('sampleBytes', () => {
  it('has the same byte at a position, whatever the range', () => {
    const position = fc.nat({ max: 400_000 })
    fc.assert(
      fc.property(position, position, position, (a, b, c) => {
        const [from = 0, start = 0, end = 0] = [a, b, c].sort((x, y) => x - y)
        return sampleBytes(from, end)
          .subarray(start - from)
          .equals(sampleBytes(start, end))
      }),
      { numRuns: 50 },
    )
  })

  it('differs from itself at another position within 64 KB', () => {
    const bytes = sampleBytes(0, 200_000)
    for (const shift of [1, 64, 512, 4096, 32_768, 65_536]) {
      expect(bytes.subarray(shift, shift + 64)).not.toEqual(bytes.subarray(0, 64))
    }
  })

  it.each([
    [-1, 5],
    [5, 4],
    [0.5, 5],
    [0, Number.NaN],
  ])('refuses the positions %s and %s', (start, end) => {
    expect(() => sampleBytes(start, end)).toThrow(RangeError)
  })
})

describe('faultServer without arguments', () => {
  it.each([
    ['/bytes/0', 200, 0, 'application/octet-stream'],
    ['/bytes/1048576', 200, 1_048_576, 'application/octet-stream'],
    ['/bytes/300000.mp4', 200, 300_000, 'video/mp4'],
  ])('serves %s', async (path, status, size, type) => {
    await using server = await faultServer()
    const response = await fetch(server.url + path)
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type])
    expect(Buffer.from(await response.arrayBuffer()).equals(sampleBytes(0, size))).toBe(true)
    expect(response.headers.get('etag')).toMatch(/^"/)
  })

  it.each(['/bytes/', '/bytes/01', '/bytes/x', '/bytes/-1', '/bytes/99999999999999999999', '/x'])(
    'responds 404 to %s',
    async (path) => {
      await using server = await faultServer({ seed: 1 })
      expect((await fetch(server.url + path)).status).toBe(404)
    },
  )

  it('has a guide at its root, in text', async () => {
    await using server = await faultServer({ seed: 1 })
    expect(await (await fetch(server.url)).text()).toMatch(/\/bytes\/N/)
  })

  it('serves a range of a huge body at once', async () => {
    await using server = await faultServer({ seed: 1 })
    const size = 2 ** 40
    const headers = { range: `bytes=${size - 5}-` }
    const response = await fetch(`${server.url}/bytes/${size}`, { headers })
    expect(Buffer.from(await response.arrayBuffer())).toEqual(sampleBytes(size - 5, size))
  })
})

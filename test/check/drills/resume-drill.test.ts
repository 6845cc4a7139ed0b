import { expect, it } from 'vitest'
import { CLIENTS, type Client } from '../../../src/check/drills/client-manner.js'
import { DRILL_CHECKS } from '../../../src/check/drills/drills-checks.js'
import { cutOf, cutOffsets } from '../../../src/check/drills/resume-drill.js'
import { CUTS } from '../../../src/check/subject/cut-relay.js'
import { faultServer } from '../../../src/testing/fault-server.js'
import { check } from '../../../src/testing/index.js'
import { checkMutant } from '../../fixture/check-mutant.js'
import { Folder, pattern } from '../../fixture/files.js'
import { tls as selfSigned } from '../../fixture/tls.js'

it.each([
  [4, [1, 2, 3]],
  [65_536, [1, 32_768, 65_535]],
  [65_537, [1, 65_536, 32_768]],
  [200_000, [1, 65_536, 100_000, 199_999]],
  [5_000_000_000, [1, 65_536, 2_500_000_000, 4_999_999_999]],
])('a drill of %i bytes is cut at %j', (size, expected) => {
  expect(cutOffsets(size)).toEqual(expected)
})

it('cuts each client, and at each position, in each way', () => {
  const places = [0, 1, 2, 3]
  const ways = (pairs: [Client, number][]) => new Set(pairs.map((pair) => cutOf(...pair)))
  for (const client of CLIENTS) {
    expect(ways(places.map((at) => [client, at])), client).toEqual(new Set(CUTS))
  }
  for (const at of places) {
    expect(ways(CLIENTS.map((client) => [client, at])), String(at)).toEqual(new Set(CUTS))
  }
})

it('drills each client, within the cost that it announces', async () => {
  using folder = new Folder({ 'film.mp4': pattern(3_000_000) })
  await using server = await faultServer({ root: folder.path, seed: 1 })
  const url = `${server.url}/film.mp4`
  const { cost: survey } = await check(url, { only: ['range-first-byte'] })
  const ids = DRILL_CHECKS.map(({ id }) => id)
  expect(ids).toEqual(CLIENTS.map((client) => `resume-like-${client.toLowerCase()}`))
  for (const { id, cost } of DRILL_CHECKS) {
    const { cost: taken, results } = await check(url, { only: [id] })
    expect(results.map(({ finding }) => finding)).toEqual([{ kind: 'passed' }])
    expect(taken.requests - survey.requests).toBeLessThan(cost.requests)
    expect(taken.bytes - survey.bytes).toBeLessThan(Number(cost.bytes))
  }
})

it('compares the bytes around a cut with a second response where no earlier one had them', async () => {
  using folder = new Folder({ 'film.mp4': pattern(3_000_000) })
  await using server = await faultServer({ root: folder.path, seed: 1 })
  server.faults.arm({
    match: { headers: { range: 'bytes=1500000-' } },
    fault: { kind: 'corrupt', at: 1_500_010 },
  })
  const { failed } = await check(`${server.url}/film.mp4`, { only: ['resume-like-curl'] })
  expect(failed).toMatchObject([{ finding: { received: 'another byte at offset 1500010' } }])
})

it('says which client starts over where a server ignores its Range', async () => {
  const { failed } = await checkMutant({
    rules: [
      {
        match: { headers: { range: '*', 'want-digest': '*' } },
        fault: { kind: 'ignore-range' },
      },
    ],
    options: { only: ['resume-like-aria2'] },
  })
  expect(failed).toMatchObject([
    {
      finding: {
        expected: '206 with Content-Range: bytes 1-199999/200000',
        received: '200, so that aria2 starts over',
      },
    },
  ])
})

it('skips a client whose first response is compressed, and clients that need a validator without one', async () => {
  const skipped = async (rule: object) => {
    const { results } = await checkMutant({
      rules: [rule as never],
      options: { only: ['drills'] },
    })
    return results.flatMap(({ check: { id }, finding }) =>
      finding.kind === 'skipped' ? [`${id}: ${finding.reason}`] : [],
    )
  }
  expect(
    await skipped({
      match: { headers: { 'accept-encoding': 'gzip, deflate' } },
      fault: { kind: 'response-fields', set: { 'content-encoding': 'gzip' } },
    }),
  ).toEqual([
    'resume-like-firefox: the response to Firefox has the coding gzip, whose bytes are not those of the file',
  ])
  expect(
    await skipped({
      fault: { kind: 'response-fields', remove: ['etag', 'last-modified'] },
    }),
  ).toEqual([
    'resume-like-chromium: Chromium starts over: the server sends no strong validator',
    'resume-like-lastbyte: lastbyte starts over: the server sends no strong validator',
  ])
})

it.each([{ tls: 'none' }, { tls: 'self-signed' }] as const)(
  'drills over HTTP/2 with tls: $tls',
  async ({ tls }) => {
    const { results } = await checkMutant({
      server: tls === 'none' ? {} : { tls: selfSigned },
      options: { only: ['drills'], http2: tls !== 'none', insecure: true },
    })
    expect(results.map(({ finding }) => finding.kind)).toEqual(CLIENTS.map(() => 'passed'))
  },
)

import { expect, it } from 'vitest'
import { changeInFlight } from '../../../src/check/changes/change-in-flight.js'
import type { ProbeRequest } from '../../../src/check/subject/exchange.js'
import { KnownBytes } from '../../../src/check/subject/known-bytes.js'
import type { Subject } from '../../../src/check/subject/subject.js'
import { expectFoundByChange, LARGE_SIZE } from '../../fixture/change-mutant.js'
import { tls } from '../../fixture/tls.js'

const IN_FLIGHT = ['rewrite', 'rename', 'truncate', 'append'].map(
  (change) => `change-${change}-in-flight`,
)

it.each([{ http2: false }, { http2: true }])(
  'passes a server whose bodies are of one version, or end short, with http2: $http2',
  async ({ http2 }) => {
    const { results } = await expectFoundByChange({
      size: LARGE_SIZE,
      server: http2 ? { tls } : {},
      options: { only: IN_FLIGHT, http2, insecure: true },
      fails: [],
    })
    expect(results.map(({ finding }) => finding)).toEqual(IN_FLIGHT.map(() => ({ kind: 'passed' })))
  },
)

it('receives the last 16 MiB of a larger file', async () => {
  const { results, cost } = await expectFoundByChange({
    size: 40_000_000,
    isLeft: true,
    options: { only: ['change-truncate-in-flight'] },
    fails: [],
  })
  expect(results).toMatchObject([{ finding: { kind: 'skipped' } }])
  expect(cost.bytes).toBeGreaterThan(16 * 1024 * 1024)
  expect(cost.bytes).toBeLessThan(19 * 1024 * 1024)
})

it('finds a body in flight that is mixed, in the last part of a larger file', async () => {
  await expectFoundByChange({
    size: 40_000_000,
    isLeft: true,
    lies: [
      {
        match: { headers: { range: `bytes=${40_000_000 - 16 * 1024 * 1024}-` } },
        fault: { kind: 'corrupt', at: 39_000_000, length: 1_000_000 },
      },
    ],
    after: 'range-first-byte',
    options: { only: ['range-first-byte', 'change-rewrite-in-flight'] },
    fails: ['change-rewrite-in-flight'],
  })
})

it.each([
  { size: 200_000, bytes: undefined, reason: 'the 200000 bytes of the file fit in the buffers' },
  {
    size: LARGE_SIZE,
    bytes: 4_000_000,
    reason: 'the drill receives 9000000 bytes; the bound leaves',
  },
])('skips a file of $size bytes with a bound of $bytes', async ({ size, bytes, reason }) => {
  const { results } = await expectFoundByChange({
    size,
    options: { only: ['change-append-in-flight'], ...(bytes && { bytes }) },
    fails: [],
  })
  expect(results).toMatchObject([
    { finding: { kind: 'skipped', reason: expect.stringContaining(reason) } },
  ])
})

it.each([
  // The next request with a change is the whole in flight: no other check sees the lie.
  { change: 'truncate', bytes: 8_500_000, after: 'change-rename-in-flight' },
  { change: 'append', bytes: 8_999_999, after: 'change-truncate-in-flight' },
])(
  'finds a chunked body that looks complete after $bytes bytes during the change $change',
  async ({ change, bytes, after }) => {
    const { failed } = await expectFoundByChange({
      size: LARGE_SIZE,
      isLeft: true,
      after,
      lies: [
        {
          match: { range: 'absent' },
          fault: [{ kind: 'chunked' }, { kind: 'end-early', at: bytes }],
        },
      ],
      fails: [`change-${change}-in-flight`],
    })
    expect(failed).toMatchObject([
      {
        finding: {
          expected: 'the old version, or a body that ends visibly short',
          received: `a complete body of ${bytes} bytes; the old version has ${LARGE_SIZE}`,
        },
      },
    ])
  },
)
it('reads one byte more than the old version has of a body without an end', async () => {
  const size = LARGE_SIZE
  const respond = ({ read = Number.POSITIVE_INFINITY }: ProbeRequest) => {
    expect(read).toBeLessThanOrEqual(size + 1)
    const request = { fields: {} }
    return { status: 200, lines: [], body: Buffer.alloc(read), end: 'left', request }
  }
  const subject = {
    size,
    budget: { bytesLeft: 10 * size },
    known: new KnownBytes(),
    change: async () => {},
    send: async (request: ProbeRequest) => respond(request),
    sendRange: async (_: string, __: object, request: ProbeRequest) => respond(request),
  } as unknown as Subject
  const finding = await changeInFlight('append').run(subject)
  expect(finding).toMatchObject({
    kind: 'failed',
    received: `a body of more than ${size} bytes; the old version has ${size}`,
  })
})

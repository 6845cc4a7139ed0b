import { describe, expect, it } from 'vitest'
import '../../../src/testing/vitest.js'
import { resumableStream } from '../../../src/client/index.js'
import { JOURNAL_MATCHERS } from '../../../src/testing/expectations/matchers.js'
import * as testing from '../../../src/testing/index.js'
import { requestEntry } from '../../fixture/request-entry.js'

const { faultServer } = testing

describe('The matchers', () => {
  it('judge the journal of a client that resumes', async () => {
    await using server = await faultServer({ seed: 1 })
    server.faults.arm({ fault: { kind: 'truncate', at: 1000 }, times: 1 })
    const retryAfter = { kind: 'status', status: 503, retryAfter: 1 } as const
    server.faults.arm({ match: { range: 'present' }, fault: retryAfter, times: 1 })
    const { body } = await resumableStream(`${server.url}/bytes/5000`)
    expect((await new Response(body).arrayBuffer()).byteLength).toBe(5000)
    const { journal } = server
    expect(journal).toHaveResumedFrom(1000, { path: '/bytes/5000' })
    expect(server).toHaveResumedFrom(1000)
    expect(journal).not.toHaveResumedFrom(999)
    expect(journal).toHaveRequestedTimes(3)
    expect(journal).not.toHaveRequestedTimes(1)
    expect(journal).toHaveUsedValidator()
    expect(journal).toHaveWaitedForRetryAfter()
    await expect(journal).toHaveNoOverlap()
    await expect(journal).toHaveEnded('complete')
    await expect(journal).not.toHaveEnded('left')
    expect(() => expect(journal).toHaveResumedFrom(5)).toThrow(
      /^expected: a request that continues from byte 5\nreceived: requests from byte 1000 and 1000\n\n {2}# .*\n {2}1 +GET/,
    )
    expect(() => expect(journal).not.toHaveResumedFrom(1000)).toThrow(/^not expected: a request/)
    await expect(expect(journal).toHaveEnded('fin')).rejects.toThrow(/"complete" of #3/)
  })

  it.each([
    ['toHaveResumedFrom', [5, { path: '/b' }], 'a request that continues from byte 5 of /b'],
    ['toHaveRequestedTimes', [1, { path: '/b' }], 'a request with path "/b", once'],
    ['toHaveUsedValidator', [{ path: '/b' }], /each .* before, of a request with path "\/b"/],
    ['toHaveWaitedForRetryAfter', [{ path: '/b' }], /each .*, of a request with path "\/b"/],
    ['toHaveEnded', ['fin', { path: '/b' }], /the last response to a request with path "\/b" ends/],
  ] as const)(
    '%s names its filter, and shows what else has arrived',
    async (name, args, expected) => {
      const judge = JOURNAL_MATCHERS[name] as (...all: unknown[]) => Promise<{ message(): string }>
      const { message } = await judge([requestEntry({ path: '/a' })], ...args)
      expect(message()).toMatch(expected)
      expect(message()).toMatch(/\n {2}1 +GET \/a /)
    },
  )

  it('each have a function for test runners without matchers', () => {
    const functions = Object.keys(testing).filter((name) => name.startsWith('assert'))
    const names = Object.keys(JOURNAL_MATCHERS).map((name) => name.replace('toHave', 'assert'))
    expect(functions.sort()).toEqual(names.sort())
  })

  it('wait for a response that still runs, where its end matters', async () => {
    await using server = await faultServer({ seed: 1 })
    server.faults.arm({ fault: { kind: 'latency', ms: 50 } })
    const left = new AbortController()
    const request = fetch(`${server.url}/bytes/5`, { signal: left.signal })
    await server.journal.waitFor({}, { until: 'arrived' })
    const ended = expect(server.journal).toHaveEnded('left')
    left.abort()
    await expect(request).rejects.toThrow()
    await ended
  })
})

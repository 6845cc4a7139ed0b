import { describe, expect, it, vi } from 'vitest'
import { type ErrorCode, LastbyteError } from '../../src/errors.js'
import type { Heal } from '../../src/resume/retry-loop.js'
import { type ReopenAt, readFromSource } from '../../src/source/source-read.js'
import { FakeBody, textAndError } from '../fixture/bodies.js'
import { FakePolicy } from '../fixture/fake-policy.js'

const { signal } = new AbortController()
const SLICE = { start: 10, end: 15 }

/** Reads `hello` at byte 10: first of this body, then of those that `reopenAt` returns. */
async function read(first: FakeBody | undefined, reopenAt: ReopenAt | undefined) {
  const heals: Heal[] = []
  const onHeal = (heal: Heal) => void heals.push(heal)
  const resumable = { reopenAt, retryPolicy: new FakePolicy(), onHeal, proxy: 'p' }
  return { ...(await textAndError(readFromSource(resumable, SLICE, signal, () => first))), heals }
}

const rest: ReopenAt = async ({ start }) => new FakeBody('hello'.slice(start - SLICE.start))

describe('readFromSource', () => {
  it.each([
    ['breaks off', new FakeBody('he', new Error('ECONNRESET')), 'SOURCE_FAILED'],
    ['ends early', new FakeBody('he'), 'SOURCE_SHORT'],
    ['stalls', new FakeBody('he', 'hang'), 'SOURCE_TIMEOUT'],
  ])('continues at the next byte where a body %s, and reports it', async (_how, body, code) => {
    const reopenAt = vi.fn(rest)
    const { text, error, heals } = await read(body, reopenAt)
    expect([text, error]).toEqual(['hello', undefined])
    expect(reopenAt.mock.calls.map(([slice]) => slice)).toEqual([{ start: 12, end: 15 }])
    expect(heals).toMatchObject([{ offset: 12, tries: 1, wait: 100, error: { code } }])
  })

  it('cuts a body that is longer than the slice', async () => {
    expect(await read(new FakeBody('hello, world'), rest)).toMatchObject({ text: 'hello' })
  })

  it.each<[string, ErrorCode]>([
    ['a version that has changed', 'REPRESENTATION_CHANGED'],
    ['a refusal', 'REFUSED'],
    ['a wrong digest', 'DIGEST_MISMATCH'],
  ])('ends with %s, with its code, offset and the name of the proxy', async (_what, code) => {
    const cause = new LastbyteError(code, 'why', { proxyError: 'dns_error' })
    const outcome = await read(new FakeBody('he'), () => Promise.reject(cause))
    expect(outcome.text).toBe('he')
    expect(outcome.error).toMatchObject({
      code,
      message: expect.stringMatching(/byte 12: why$/),
      facts: { offset: 12, proxy: 'p', proxyError: 'dns_error' },
      cause,
    })
  })

  it('ends where no strong validator identifies the version, with the code of the failure', async () => {
    const { error, heals } = await read(new FakeBody('he', new Error('ECONNRESET')), undefined)
    expect(error).toMatchObject({
      code: 'SOURCE_FAILED',
      message: expect.stringMatching(/no strong validator/),
    })
    expect(heals).toEqual([])
  })

  it('refuses to start elsewhere than the first body where no strong validator identifies the version', async () => {
    expect((await read(undefined, undefined)).error).toMatchObject({ code: 'REFUSED' })
  })

  it('gives up without progress, with the code of the last failure', async () => {
    const down = () => Promise.reject(new LastbyteError('SOURCE_BUSY', 'busy'))
    const { error, heals } = await read(undefined, down)
    expect(error).toMatchObject({
      code: 'SOURCE_BUSY',
      message: expect.stringMatching(/no progress in 1000 ms: busy$/),
    })
    expect(heals.map(({ wait }) => wait)).toEqual([100, 200, 400])
  })
})

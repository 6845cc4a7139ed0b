import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { settleRetryPolicy } from '../../../src/resume/retry-policy.js'
import { bodyOf, RemoteRepresentation } from '../../../src/source/remote/remote-representation.js'
import { FakeBody, headOf, textAndError } from '../../fixture/bodies.js'

const { signal } = new AbortController()
const FACTS = { name: 'f', contentType: 'text/plain', size: 5 }
const retryPolicy = settleRetryPolicy({ retryFor: 0 })
const hex = (text: string) => createHash('sha256').update(text).digest('hex')

/** A representation of `hello`, whose first response had the bytes from 1 on. */
function representation(body = new FakeBody('ello'), digestOf = 'hello') {
  const reopenAt = vi.fn(async ({ start, end }) => new FakeBody('hello'.slice(start, end)))
  const resumable = { reopenAt, retryPolicy, onHeal: undefined, proxy: 'p' }
  const whole = { start: 0, end: 5 }
  const announced = [
    { slice: whole, digest: { algorithm: 'sha-256', hex: hex(digestOf) } as const },
  ]
  const received = { slice: { start: 1, end: 5 }, body }
  return { body, reopenAt, of: new RemoteRepresentation(FACTS, resumable, received, announced) }
}

describe('RemoteRepresentation', () => {
  it('reads the bytes of the opening response once, then requests them again', async () => {
    const { of, reopenAt } = representation()
    const slice = { start: 1, end: 5 }
    expect((await textAndError(of.read(slice, signal))).text).toBe('ello')
    expect(reopenAt).not.toHaveBeenCalled()
    expect((await textAndError(of.read(slice, signal))).text).toBe('ello')
    expect(reopenAt.mock.calls.map(([rest]) => rest)).toEqual([slice])
  })

  it('requests a slice that starts elsewhere, and keeps the opening response for another read', async () => {
    const { of, body } = representation()
    expect((await textAndError(of.read({ start: 0, end: 2 }, signal))).text).toBe('he')
    expect(body.released).toBe(0)
  })

  it('reads no more than the slice of an opening response that has more', async () => {
    const { of, body } = representation()
    expect((await textAndError(of.read({ start: 1, end: 3 }, signal))).text).toBe('el')
    expect(body.released).toBe(1)
  })

  it('checks exactly the slice whose digest is announced', async () => {
    const { of } = representation(new FakeBody(), 'other')
    const whole = await textAndError(of.read({ start: 0, end: 5 }, signal))
    expect(whole.error).toMatchObject({ code: 'DIGEST_MISMATCH', facts: { proxy: 'p' } })
    expect((await textAndError(of.read({ start: 0, end: 4 }, signal))).error).toBeUndefined()
  })

  it('releases an opening response that was not read when it is closed, once', async () => {
    const { of, body } = representation()
    await of.close()
    await of.close()
    expect(body.released).toBe(1)
  })
})

describe('bodyOf', () => {
  it.each([
    ['waits for the end of a body', {}, 'broken'],
    ['trusts the framing of a body', { 'content-length': '3' }, undefined],
  ])('%s with fields %j', async (_what, fields, message) => {
    const response = { ...headOf(200, fields), body: new FakeBody('abc', new Error('broken')) }
    const { error } = await textAndError(bodyOf(response, { start: 7, end: 10 }))
    expect(error?.message).toBe(message)
  })
})

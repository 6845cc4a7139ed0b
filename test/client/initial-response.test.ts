import { describe, expect, it } from 'vitest'
import { requestInitial } from '../../src/client/initial-response.js'
import { LastbyteError } from '../../src/errors.js'
import { FakeServer, respond } from '../fixture/fake-server.js'

const { signal } = new AbortController()
const HEX = 'a'.repeat(64)
const REPR_DIGEST = `sha-256=:${Buffer.from(HEX, 'hex').toString('base64')}:`
const OK = () => respond(200, { etag: '"a"', 'content-length': '5' }, 'hello')
const unreachable = (facts: object) => () => new LastbyteError('UNREACHABLE', 'down', { ...facts })

describe('requestInitial', () => {
  it('reads the version of the response, and requests its digest', async () => {
    const fields = {
      etag: '"a"',
      'content-length': '5',
      'accept-ranges': 'bytes',
      'repr-digest': REPR_DIGEST,
    }
    const server = new FakeServer(() => respond(200, fields))
    const { version, response } = await requestInitial(server.policy(), signal)
    expect(version).toEqual({
      validator: { kind: 'strong', etag: '"a"' },
      size: 5,
      ranges: 'bytes',
      digest: { algorithm: 'sha-256', hex: HEX },
    })
    expect(response.status).toBe(200)
    expect(server.requests[0]).toMatchObject({ 'want-repr-digest': 'sha-256=9' })
  })

  it.each([
    ['a server that is busy', () => respond(503, { 'retry-after': '0' }), 'ANSWER_BROKEN'],
    ['a server that is down', unreachable({ reason: 'refused' }), 'UNREACHABLE'],
    ['a server that sends nothing', () => 'hang' as const, 'SERVER_STALLED'],
    ['an error of a transport', () => new Error('ECONNRESET'), 'ANSWER_BROKEN'],
  ])('retries after %s, and reports it', async (_what, reply, code) => {
    const server = new FakeServer(reply, OK)
    expect((await requestInitial(server.policy(), signal)).version.size).toBe(5)
    expect(server.events).toMatchObject([
      { type: 'retry', tries: 1, wait: 100, offset: 0, error: { code } },
    ])
  })

  it.each([
    [
      'a name that does not exist',
      unreachable({ reason: 'name', code: 'ENOTFOUND' }),
      'UNREACHABLE',
    ],
    ['a certificate that is not valid', unreachable({ reason: 'tls' }), 'UNREACHABLE'],
    ['a status that is final', () => respond(404), 'REFUSED'],
    [
      'a part that was not requested',
      () => respond(206, { 'content-range': 'bytes 0-1/2' }),
      'REFUSED',
    ],
    ['a content coding', () => respond(200, { 'content-encoding': 'gzip' }), 'REFUSED'],
    ['a setting that can not be used', () => new LastbyteError('BAD_SETTING', 'no'), 'BAD_SETTING'],
  ])('does not retry after %s', async (_what, reply, code) => {
    const server = new FakeServer(reply)
    await expect(requestInitial(server.policy(), signal)).rejects.toMatchObject({ code })
    expect(server.requests).toHaveLength(1)
  })

  it('waits as long as Retry-After says', async () => {
    const server = new FakeServer(() => respond(429, { 'retry-after': '1' }), OK)
    await requestInitial(server.policy(), signal)
    expect(server.clock.waits).toEqual([1000])
  })

  it('gives up after retryFor, with the facts and the cause of the last failure', async () => {
    const server = new FakeServer(() => respond(503))
    await expect(requestInitial(server.policy(), signal)).rejects.toMatchObject({
      code: 'GAVE_UP',
      message: 'Cannot start: no response in 1000 ms: The server responded with status 503',
      facts: { status: 503 },
      cause: { code: 'ANSWER_BROKEN' },
    })
  })
})

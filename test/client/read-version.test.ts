import { describe, expect, it } from 'vitest'
import type { ReadPolicy } from '../../src/client/read-policy.js'
import { readVersion } from '../../src/client/read-version.js'
import { LastbyteError } from '../../src/errors.js'
import type { Validator } from '../../src/resume/judge-response.js'
import { type FakeBody, textAndError } from '../fixture/bodies.js'
import { FakeServer, respond } from '../fixture/fake-server.js'

const { signal } = new AbortController()
const STRONG: Validator = { kind: 'strong', etag: '"a"' }
const WHOLE = { start: 0, end: undefined }
const tag = { etag: '"a"' }
/** The bytes of `0123456789` from a position on. */
const part = (start: number, end = 10, ...more: (Error | string)[]) =>
  respond(
    206,
    { ...tag, 'content-range': `bytes ${start}-${end - 1}/10` },
    '0123456789'.slice(start, end),
    ...more,
  )
const cut = new Error('ECONNRESET')

/** Reads a version of ten bytes, of which the first response has these chunks. */
async function read(
  server: FakeServer,
  first: (string | Error | 'hang')[],
  {
    validator = STRONG,
    size = 10,
    policy = {} as Partial<ReadPolicy>,
  }: {
    validator?: Validator
    size?: number | undefined
    policy?: Partial<ReadPolicy>
  } = {},
) {
  const answer = respond(200, tag, ...first)
  const chunks = readVersion({ validator, size }, WHOLE, server.policy(policy), signal, answer)
  return { ...(await textAndError(chunks)), body: answer.body as FakeBody }
}

describe('readVersion', () => {
  it('reads a first response that is whole, without a request', async () => {
    const server = new FakeServer()
    expect(await read(server, ['01234', '56789'])).toMatchObject({
      text: '0123456789',
      error: undefined,
    })
    expect(server.requests).toEqual([])
  })

  it.each<[string, (string | Error | 'hang')[], string]>([
    ['breaks off', ['0123', cut], 'ANSWER_BROKEN'],
    ['ends early', ['0123'], 'ANSWER_BROKEN'],
    ['stalls', ['0123', 'hang'], 'SERVER_STALLED'],
    ['has more bytes than announced', ['0123', '456789xx'], 'ANSWER_BROKEN'],
  ])('requests the rest, pinned to the version, where a body %s', async (_how, first, code) => {
    const server = new FakeServer(() => part(4))
    const { text, error } = await read(server, first)
    expect([text, error]).toEqual(['0123456789', undefined])
    expect(server.requests).toMatchObject([{ range: 'bytes=4-', 'if-match': '"a"' }])
    expect(server.events).toMatchObject([
      { type: 'retry', offset: 4, tries: 1, wait: 100, error: { code } },
    ])
  })

  it('requests exactly a range that ends before the version does', async () => {
    const server = new FakeServer(() => part(2, 4))
    const chunks = readVersion(
      { validator: STRONG, size: 10 },
      { start: 2, end: 4 },
      server.policy(),
      signal,
    )
    expect(await textAndError(chunks)).toEqual({ text: '23', error: undefined })
    expect(server.requests[0]?.range).toBe('bytes=2-3')
  })

  it('skips the bytes that it has of a server without ranges', async () => {
    const server = new FakeServer(() => respond(200, tag, '01', '2345', '6789'))
    expect(await read(server, ['0123', cut])).toMatchObject({
      text: '0123456789',
      error: undefined,
    })
  })

  it('does not take skipped bytes for progress', async () => {
    const server = new FakeServer(() => respond(200, tag, '01', '23', cut))
    const { text, error } = await read(server, ['0123', cut])
    expect([text, error?.code]).toEqual(['0123', 'GAVE_UP'])
  })

  it('ends with the body where the size is not known', async () => {
    expect(await read(new FakeServer(), ['0123'], { size: undefined as never })).toMatchObject({
      text: '0123',
    })
  })

  describe('where the size is not known and a 416 says that nothing follows', () => {
    const unknown = (server: FakeServer) => {
      const answer = respond(200, tag, '0123', cut)
      return textAndError(
        readVersion({ validator: STRONG, size: undefined }, WHOLE, server.policy(), signal, answer),
      )
    }
    const unsatisfied = () => respond(416, { 'content-range': 'bytes */4' })
    const last = (total: number, etag = '"a"') =>
      respond(206, { etag, 'content-range': `bytes 3-3/${total}` }, '3')

    it('ends after the last byte was requested again, with the same validator', async () => {
      const server = new FakeServer(unsatisfied, () => last(4))
      expect(await unknown(server)).toEqual({ text: '0123', error: undefined })
      expect(server.requests.map(({ range }) => range)).toEqual(['bytes=4-', 'bytes=3-'])
      expect(server.events).toHaveLength(1)
    })

    it.each([
      ['another version', () => last(4, '"b"'), 'REPRESENTATION_CHANGED'],
      ['another size', () => last(9), 'REPRESENTATION_CHANGED'],
      ['a status that is final', () => respond(404), 'REFUSED'],
    ])('ends with an error where that is of %s', async (_what, reply, code) => {
      expect((await unknown(new FakeServer(unsatisfied, reply))).error?.code).toBe(code)
    })
  })

  it.each([
    [
      'another tag',
      () => respond(206, { etag: '"b"', 'content-range': 'bytes 4-9/10' }, '456789'),
      'REPRESENTATION_CHANGED',
    ],
    ['a failed precondition', () => respond(412), 'REPRESENTATION_CHANGED'],
    ['another position', () => part(5), 'REFUSED'],
    ['404', () => respond(404), 'REFUSED'],
  ])('appends no byte of a response with %s', async (_what, reply, code) => {
    const server = new FakeServer(reply)
    const { text, error } = await read(server, ['0123', cut])
    expect([text, error?.code]).toEqual(['0123', code])
    expect(server.requests).toHaveLength(1)
  })

  it.each<[string, Validator, boolean, string | undefined]>([
    ['a date', { kind: 'date', lastModified: 'x' }, false, undefined],
    ['a weak tag', { kind: 'weak', field: 'W/"a"' }, false, 'NOT_RESUMABLE'],
    ['a weak tag with allowWeak', { kind: 'weak', field: 'W/"a"' }, true, undefined],
    ['no validator', { kind: 'none' }, true, 'NOT_RESUMABLE'],
  ])(
    'of a version with %s resumes or ends with NOT_RESUMABLE',
    async (_what, validator, allowWeak, code) => {
      const fields = { etag: 'W/"a"', 'last-modified': 'x', 'content-range': 'bytes 4-9/10' }
      const server = new FakeServer(() => respond(206, fields, '456789'))
      const { error } = await read(server, ['0123', cut], { validator, policy: { allowWeak } })
      expect(error?.code).toBe(code)
      if (code !== undefined)
        expect(error?.message).toContain('no strong validator identifies the version')
    },
  )

  it('gives up after retryFor without progress, with the offset and the cause', async () => {
    const server = new FakeServer(() => new LastbyteError('UNREACHABLE', 'down'))
    const { error } = await read(server, ['0123', cut])
    expect(error).toMatchObject({
      code: 'GAVE_UP',
      message: 'Cannot resume at byte 4: no progress in 1000 ms: down',
      facts: { offset: 4 },
      cause: { code: 'UNREACHABLE' },
    })
    expect(server.clock.waits).toEqual([100, 200, 400])
  })

  it('takes no more bytes of a part than its Content-Range announces', async () => {
    const longer = () => respond(206, { ...tag, 'content-range': 'bytes 4-5/10' }, '45', 'xx')
    const server = new FakeServer(longer, () => part(6))
    const { text, error } = await read(server, ['0123', cut])
    expect([text, error]).toEqual(['0123456789', undefined])
    expect(server.requests.map(({ range }) => range)).toEqual(['bytes=4-', 'bytes=6-'])
  })

  it('takes no more bytes of a whole representation than its size', async () => {
    const server = new FakeServer(
      () => respond(200, tag, '0123456789x'),
      () => part(4),
    )
    const { text, error } = await read(server, ['0123', cut])
    expect([text, error]).toEqual(['0123456789', undefined])
    expect(server.requests).toHaveLength(2)
  })

  it('keeps the size that a later response announces', async () => {
    const server = new FakeServer(
      () => part(4, 6, cut),
      () => respond(206, { ...tag, 'content-range': 'bytes 6-8/9' }, '678'),
    )
    const answer = respond(200, tag, '0123', cut)
    const unsized = { validator: STRONG, size: undefined }
    const chunks = readVersion(unsized, WHOLE, server.policy(), signal, answer)
    const { text, error } = await textAndError(chunks)
    expect([text, error?.code]).toEqual(['012345', 'REPRESENTATION_CHANGED'])
  })

  it('releases each body', async () => {
    const rest = part(4, 10)
    const { body } = await read(new FakeServer(() => rest), ['0123', cut])
    expect([body.released, (rest.body as FakeBody).released]).toEqual([1, 1])
  })
})

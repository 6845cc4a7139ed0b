import { describe, expect, it } from 'vitest'
import {
  brokenStream,
  failedStep,
  mapSteps,
  reconnectingStream,
  type Session,
  type Step,
  streamErrorOf,
} from '../../../src/client/stream/reconnecting-stream.js'
import { LastbyteError } from '../../../src/errors.js'
import { StreamError } from '../../../src/http/stream-error.js'
import type { Answer } from '../../../src/transport/response.js'
import { FakeServer, respond } from '../../fixture/fake-server.js'

const { signal } = new AbortController()
const TYPE = { 'content-type': 'text/x-letters; charset=utf-8' }

/** A stream of letters: `.` ends it, `!` is a failure that the server reports, `?` one that is final. */
class Letters implements Session<string> {
  readonly type = 'text/x-letters'
  retry: number | undefined
  lastId: string | undefined
  canResume = true
  isIncomplete = false

  begin(): (chunk: Uint8Array) => Step<string>[] {
    return (chunk) => [...Buffer.from(chunk).toString()].map((letter) => this.#step(letter))
  }

  #step(letter: string): Step<string> {
    if (letter === '.') return { kind: 'end' }
    const type = 'source_error'
    if (letter === '!') return failedStep(new StreamError({ type, retryable: true }, 'failed'))
    if (letter === '?') return failedStep(new StreamError({ type, retryable: false }, 'failed'))
    this.lastId = letter
    return { kind: 'item', item: letter }
  }
}

async function read(server: FakeServer, session = new Letters(), aborted = signal) {
  let text = ''
  try {
    for await (const letter of reconnectingStream(session, server.policy(), aborted)) text += letter
    return { text, error: undefined }
  } catch (error) {
    return { text, error: error as LastbyteError }
  }
}

const letters =
  (...chunks: (string | Error | 'hang')[]) =>
  () =>
    respond(200, TYPE, ...chunks)
const cut = new Error('ECONNRESET')

describe('reconnectingStream', () => {
  it.each<[string, (string | Error | 'hang')[], string]>([
    ['breaks off', ['ab', cut], 'ANSWER_BROKEN'],
    ['ends without a final frame', ['ab'], 'ANSWER_BROKEN'],
    ['stalls', ['ab', 'hang'], 'SERVER_STALLED'],
    ['reports a failure that may be retried', ['ab!'], 'STREAM_FAILED'],
  ])('continues after the last item where a connection %s', async (_how, first, code) => {
    const server = new FakeServer(letters(...first), letters('cd.'))
    expect(await read(server)).toEqual({ text: 'abcd', error: undefined })
    expect(server.requests.map((fields) => fields['last-event-id'])).toEqual([undefined, 'b'])
    expect(server.events).toMatchObject([{ type: 'retry', offset: 2, tries: 1, error: { code } }])
  })

  it.each(['identity', 'Identity', ''])(
    'reads a response whose Content-Encoding is "%s"',
    async (coding) => {
      const server = new FakeServer(() =>
        respond(200, { ...TYPE, 'content-encoding': coding }, 'ab.'),
      )
      expect(await read(server)).toEqual({ text: 'ab', error: undefined })
    },
  )

  it('reads a response of which the transport has removed the content coding', async () => {
    const coded = { ...TYPE, 'content-encoding': 'gzip' }
    const server = new FakeServer(() => ({ ...respond(200, coded, 'ab.'), isDecoded: true }))
    expect(await read(server)).toEqual({ text: 'ab', error: undefined })
  })

  it.each<[string, () => Answer | Error, string]>([
    ['a final failure', letters('a?'), 'STREAM_FAILED'],
    ['another type', () => respond(200, { 'content-type': 'text/html' }), 'REFUSED'],
    ['no type', () => respond(200), 'REFUSED'],
    ...['gzip', 'br', 'x-unknown', 'identity, gzip'].map(
      (coding): [string, () => Answer, string] => [
        `the content coding ${coding}`,
        () => respond(200, { ...TYPE, 'content-encoding': coding }, 'ab.'),
        'REFUSED',
      ],
    ),
    ['a status that is final', () => respond(404), 'REFUSED'],
    [
      'a name that does not exist',
      () => new LastbyteError('UNREACHABLE', '', { code: 'ENOTFOUND' }),
      'UNREACHABLE',
    ],
  ])('does not reconnect after %s', async (_what, reply, code) => {
    const server = new FakeServer(reply)
    expect((await read(server)).error?.code).toBe(code)
    expect(server.requests).toHaveLength(1)
  })

  it('reconnects after a name that does not exist once there was a response', async () => {
    const gone = () => new LastbyteError('UNREACHABLE', '', { code: 'ENOTFOUND' })
    const server = new FakeServer(letters('a', cut), gone, letters('b.'))
    expect(await read(server)).toEqual({ text: 'ab', error: undefined })
  })

  it('ends with a 204, unless the stream is incomplete', async () => {
    expect(await read(new FakeServer(() => respond(204)))).toEqual({ text: '', error: undefined })
    const session = Object.assign(new Letters(), { isIncomplete: true })
    expect((await read(new FakeServer(() => respond(204)), session)).error?.code).toBe('REFUSED')
  })

  it('ends with NOT_RESUMABLE where a reconnect might lose items', async () => {
    const session = Object.assign(new Letters(), { canResume: false })
    const { text, error } = await read(new FakeServer(letters('ab', cut)), session)
    expect([text, error?.code]).toEqual(['ab', 'NOT_RESUMABLE'])
  })

  it('ends with the failure that the server reports where a reconnect might lose items', async () => {
    const session = Object.assign(new Letters(), { canResume: false })
    expect((await read(new FakeServer(letters('ab!')), session)).error?.code).toBe('STREAM_FAILED')
  })

  it.each([
    ['the `retry` of the stream, and up to half of it more', 400, {}, 600],
    ['Retry-After where that is longer', 400, { 'retry-after': '1' }, 1000],
    ['the backoff where that is longer', 10, {}, 100],
  ])('waits for %s', async (_what, retry, fields, wait) => {
    const server = new FakeServer(() => respond(503, fields), letters('.'))
    await read(server, Object.assign(new Letters(), { retry }))
    expect(server.clock.waits).toEqual([wait])
  })

  it('gives up after retryFor without an item, and resets the time with each item', async () => {
    const server = new FakeServer(
      letters('a', cut),
      letters('b', cut),
      letters('c', cut),
      letters(cut),
    )
    const { text, error } = await read(server)
    expect([text, error?.code]).toEqual(['abc', 'GAVE_UP'])
    expect(server.clock.waits).toEqual([100, 100, 100, 200, 400])
  })

  it('sends an id as UTF-8', async () => {
    const server = new FakeServer(letters('é', cut), letters('.'))
    await read(server)
    const sent = Buffer.from(server.requests[1]?.['last-event-id'] ?? '', 'latin1').toString()
    expect(sent).toBe(Buffer.from('é').toString())
  })

  it('ends with NOT_RESUMABLE where an id of the server can not be sent back', async () => {
    const server = new FakeServer(letters('\x01', cut))
    const { error } = await read(server)
    expect(error?.code).toBe('NOT_RESUMABLE')
    expect(server.requests).toHaveLength(1)
  })

  it("refuses a caller's id that can not be sent, before the first request", async () => {
    const server = new FakeServer(letters('.'))
    const { error } = await read(server, Object.assign(new Letters(), { lastId: 'a\nb' }))
    expect(error).toMatchObject({ code: 'BAD_SETTING', facts: { setting: 'lastEventId' } })
    expect(server.requests).toEqual([])
  })

  it("rejects with the signal's reason while the body hangs", async () => {
    const controller = new AbortController()
    const reading = read(new FakeServer(letters('hang')), new Letters(), controller.signal)
    await new Promise(setImmediate)
    controller.abort(new Error('aborted'))
    expect((await reading).error?.message).toBe('aborted')
  })
})

describe('mapSteps', () => {
  const step = (item: number): Step<number> => ({ kind: 'item', item })
  const end = { kind: 'end' } as const

  it('maps each item to its steps, and keeps other steps', () => {
    const doubled = mapSteps([step(1), step(2), end], (item) => [step(item), step(item * 10)])
    expect(doubled).toEqual([step(1), step(10), step(2), step(20), end])
  })

  it('maps nothing after a step that ends the connection', () => {
    const mapped: number[] = []
    const steps = mapSteps([step(1), step(2), step(3)], (item) => {
      mapped.push(item)
      return item === 2 ? [failedStep(brokenStream('gap'))] : [step(item)]
    })
    expect(mapped).toEqual([1, 2])
    expect(steps.map(({ kind }) => kind)).toEqual(['item', 'failed'])
  })
})

it('streamErrorOf has the type, the status, the message and whether a retry may help', () => {
  const failure = {
    type: 'timeout',
    message: 'late',
    code: 504,
    retryable: true,
    timestamp: '',
    offset: 0,
  }
  expect(streamErrorOf(failure)).toMatchObject({
    type: 'timeout',
    message: 'late',
    retryable: true,
    status: 504,
  })
})

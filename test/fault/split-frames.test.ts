import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Frame, MOST_FRAME_BYTES, splitFrames } from '../../src/fault/split-frames.js'
import { cpuMs } from '../fixture/cpu-time.js'
import { EVENTS, ROWS, reusedChunks } from '../fixture/event-bodies.js'

async function framesOf(body: string | Uint8Array, size = 5, form: 'events' | 'lines' = 'events') {
  const frames: Frame[] = []
  for await (const frame of splitFrames(reusedChunks(body, size), form)) frames.push(frame)
  return frames
}
const eventsOf = async (...args: Parameters<typeof framesOf>) =>
  (await framesOf(...args)).filter(({ kind }) => kind === 'event')
const text = (frames: readonly Frame[]) => frames.map(({ bytes }) => bytes.toString()).join('')

const LINES = [
  'data: x',
  'data',
  'data:',
  'dat: x',
  'id: 7',
  'id',
  ': c',
  ':',
  'event: e',
  'retry: 5',
  '',
]
const stream = fc
  .array(fc.tuple(fc.constantFrom(...LINES), fc.constantFrom('\n', '\r', '\r\n')), {
    maxLength: 30,
  })
  .map((lines) => lines.flat().join(''))

describe('the events of a body', () => {
  it('are those that a client dispatches, with their ids', async () => {
    const events = await framesOf(EVENTS)
    expect(text(events)).toBe(EVENTS)
    expect(
      (await eventsOf(EVENTS)).map(({ bytes, ...other }) => ({ ...other, text: `${bytes}` })),
    ).toEqual([
      { kind: 'event', id: '1', text: ': hi\nid: 1\ndata: a\n\n' },
      { kind: 'event', id: '2', text: 'id: 2\nevent: b\ndata: b1\ndata: b2\n\n' },
      { kind: 'event', id: undefined, text: 'data: c\n\n' },
    ])
  })

  it.each([
    ['CR', 'data: a\r\rdata: b\r\r', ['data: a\r\r', 'data: b\r\r']],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['data: a\r\n\r\n', 'data: b\r\n\r\n']],
    ['a byte order mark', '\ufeffdata: a\n\n', ['data: a\n\n']],
    ['the beginning of one', '\u00efdata: a\n\ndata: b\n\n', ['data: b\n\n']],
    ['no blank line at the end', 'data: a\n\ndata: b\n', ['data: a\n\n']],
    ['empty lines at the start', '\n\r\n\rdata: a\n\n', ['data: a\n\n']],
  ])('are found in a body with %s', async (_what, body, expected) => {
    expect((await eventsOf(body, 100)).map(({ bytes }) => `${bytes}`)).toEqual(expected)
    expect(text(await framesOf(body, 100))).toBe(body)
  })

  it('are as many as a parser of clients dispatches, and all bytes are kept, however the body is divided', async () => {
    await fc.assert(
      fc.asyncProperty(stream, fc.integer({ min: 1, max: 9 }), async (body, size) => {
        let dispatched = 0
        const parser = createParser({
          onEvent() {
            dispatched += 1
          },
        })
        parser.feed(body)
        const frames = await framesOf(body, size)
        expect(text(frames)).toBe(body)
        const events = frames.filter(({ kind }) => kind === 'event')
        // The parser waits for what follows a CR at the end.
        expect(events.length - dispatched).toBeOneOf(body.endsWith('\r') ? [0, 1] : [0])
      }),
      { numRuns: 300 },
    )
  })

  it('of several MiB in small chunks are found within linear time', async () => {
    const event = `data: ${'x'.repeat(2 ** 21)}\n\n`
    let events: Frame[] = []
    const ms = await cpuMs(async () => {
      events = await eventsOf(event + event, 100)
    })
    expect(events.map(({ bytes }) => bytes.length)).toEqual([event.length, event.length])
    expect(ms).toBeLessThan(5000)
  })

  it('of more than the limit pass in parts and do not count; the one behind it does', async () => {
    const long = `data: ${'x'.repeat(MOST_FRAME_BYTES + 100_000)}\n\n`
    const body = `${long}data: b\n\n`
    const frames = await framesOf(body, 65_536)
    expect(text(frames) === body).toBe(true)
    expect(frames.filter(({ kind }) => kind === 'event').map(({ bytes }) => `${bytes}`)).toEqual([
      'data: b\n\n',
    ])
  })

  it('are followed by the error of the body, after all of its bytes', async () => {
    const failure = new Error('the source has failed')
    async function* failing() {
      yield Buffer.from('data: a\n\ndata: b')
      throw failure
    }
    const received: Frame[] = []
    const reading = (async () => {
      for await (const frame of splitFrames(failing(), 'events')) received.push(frame)
    })()
    await expect(reading).rejects.toBe(failure)
    expect(text(received)).toBe('data: a\n\ndata: b')
  })
})

it.each([1, 4, 1000])(
  'the rows of NDJSON are found in chunks of %i bytes; heartbeats are none',
  async (size) => {
    const rows = await eventsOf(ROWS, size, 'lines')
    expect(rows.map(({ bytes }) => `${bytes}`)).toEqual(['{"n":1}\n', '{"n":2}\n', '{"n":3}\n'])
    expect(text(await framesOf(`${ROWS}{"n"`, size, 'lines'))).toBe(`${ROWS}{"n"`)
    expect(await eventsOf('{"n":1}\r\n\r\n', size, 'lines')).toHaveLength(1)
  },
)

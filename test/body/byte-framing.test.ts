import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteFraming, type ByteFramingOptions } from '../../src/body/byte-framing.js'
import { parseFrameEvent, parseLine } from '../../src/http/frame.js'
import { StreamError } from '../../src/http/stream-error.js'
import { parseEvents } from '../fixture/event-client.js'
import { pattern } from '../fixture/files.js'

const OPTIONS: ByteFramingOptions = {
  form: 'events',
  encoding: 'base64',
  etag: '"v"',
  start: 0,
  next: 0,
  retry: undefined,
  errorEvent: 'error',
  now: () => Date.UTC(2026, 0, 1),
}
const framingWith = (options: Partial<ByteFramingOptions> = {}) =>
  new ByteFraming({ ...OPTIONS, ...options })
const ndjson = (options: Partial<ByteFramingOptions> = {}) =>
  framingWith({ ...options, form: 'lines' })

/** The frames in some text of either format. */
function framesOf(text: string, form: ByteFramingOptions['form']) {
  const frames =
    form === 'lines'
      ? text.split('\n').slice(0, -1).map(parseLine)
      : parseEvents(text).map(({ event, data }) => parseFrameEvent(event, data))
  return frames.map((frame) => {
    if (frame === undefined) throw new Error(`not a frame in ${text}`)
    return frame
  })
}

describe('ByteFraming', () => {
  it.each([
    { form: 'events', retry: 1500, contentType: 'text/event-stream; charset=utf-8' },
    { form: 'lines', retry: 1500, contentType: 'application/x-ndjson' },
  ] as const)('has the media type $contentType for $form', ({ form, retry, contentType }) => {
    const framing = framingWith({ form, retry })
    expect(framing.contentType).toBe(contentType)
    expect(framing.opening).toBe(form === 'events' ? 'retry: 1500\n\n' : '')
    expect(framing.heartbeat).toBe(form === 'events' ? ':\n\n' : '{"type":"heartbeat"}\n')
  })

  it.each([
    { what: 'an id for the next byte', etag: '"v"', id: 'id: "v":3\n' },
    { what: 'no id without an entity tag', etag: undefined, id: '' },
  ])('serializes an event with $what', ({ etag, id }) => {
    const text = framingWith({ etag }).frame(Buffer.from('abc'))
    expect(text).toBe(`${id}event: data\ndata: {"offset":0,"chunk":"YWJj"}\n\n`)
  })

  it('serializes a line of NDJSON', () => {
    const text = ndjson({ start: 2, next: 5 }).frame(Buffer.from('abc'))
    expect(text).toBe('{"type":"data","offset":5,"chunk":"YWJj"}\n')
  })

  it.each([
    { what: 'a character that is complete', chunks: [[0x61], [0xc3, 0xa9]], want: ['a', 'é'] },
    { what: 'a character split over chunks', chunks: [[0x61, 0xc3], [0xa9]], want: ['a', 'é'] },
    { what: 'a byte order mark', chunks: [[0xef, 0xbb, 0xbf, 0x61]], want: ['\ufeffa'] },
  ])('sends $what as text if the encoding is utf-8', ({ chunks, want }) => {
    const framing = ndjson({ encoding: 'utf-8' })
    const text = chunks.map((bytes) => framing.frame(Uint8Array.from(bytes))).join('')
    expect(framesOf(text, 'lines')).toMatchObject(
      want.map((chunk) => ({ chunk, encoding: 'utf-8' })),
    )
  })

  it.each([
    { what: 'bytes that are not UTF-8', bytes: [0x61, 0xff, 0x61], framed: 'at once' },
    { what: 'a character that is never completed', bytes: [0xe2, 0x98], framed: 'at the end' },
  ])('sends $what in base64 $framed, if the encoding is utf-8', ({ bytes, framed }) => {
    const framing = ndjson({ encoding: 'utf-8' })
    const first = framing.frame(Uint8Array.from(bytes))
    expect(first === '').toBe(framed === 'at the end')
    const [frame] = framesOf(first + framing.end(), 'lines')
    expect(frame).toEqual({
      type: 'data',
      offset: 0,
      chunk: Buffer.from(bytes).toString('base64'),
    })
  })

  it('splits large chunks into frames of 48 KiB, whose base64 can be concatenated', () => {
    const bytes = pattern(100_000)
    const frames = framesOf(ndjson().frame(bytes), 'lines')
    const chunks = frames.map((frame) => ('chunk' in frame ? frame.chunk : ''))
    expect(chunks.map((chunk) => Buffer.from(chunk, 'base64').length)).toEqual([49152, 49152, 1696])
    expect(Buffer.from(chunks.join(''), 'base64').equals(bytes)).toBe(true)
  })

  it.each([
    { form: 'events', digest: undefined },
    { form: 'events', digest: 'sha-256=:YQ==:' },
    { form: 'lines', digest: 'sha-256=:YQ==:' },
  ] as const)('ends $form with the size and the digest $digest of the whole slice', (row) => {
    const framing = framingWith({ form: row.form, start: 2, next: 5 })
    framing.frame(Buffer.from('abc'))
    framing.digest = row.digest
    const end = framing.end()
    const { digest } = row
    const frame = { type: 'end', size: 6, ...(digest !== undefined && { digest }) }
    expect(framesOf(end, row.form)).toEqual([frame])
    if (row.form === 'events') expect(parseEvents(end)[0]?.id).toBe('"v":8:end')
  })

  it.each([
    { retryable: true, etag: '"v"', id: undefined },
    { retryable: false, etag: '"v"', id: '"v":3:failed' },
    { retryable: false, etag: undefined, id: ':failed' },
  ])('ends a failed stream (retryable: $retryable, ETag: $etag) with the id $id', (row) => {
    const framing = framingWith({ etag: row.etag, errorEvent: 'failure' })
    framing.frame(Buffer.from('abc'))
    framing.flushed()
    framing.frame(Buffer.from('not sent'))
    const { retryable } = row
    const [event] = parseEvents(framing.failure(new StreamError({ type: 'x', retryable }, 'X')))
    expect(event).toMatchObject({ event: 'failure' })
    expect(event?.id).toBe(row.id)
    expect(JSON.parse(event?.data ?? '')).toEqual({
      ...{ type: 'x', message: 'X', code: 500, retryable, offset: 3 },
      timestamp: '2026-01-01T00:00:00.000Z',
    })
  })

  it('describes a failure on a line of NDJSON', () => {
    const [frame] = framesOf(ndjson({ next: 7 }).failure(new Error('internal')), 'lines')
    expect(frame).toMatchObject({ type: 'error', error: { type: 'source_error', offset: 7 } })
  })

  it('loses no byte and no order, for any bytes in any chunks, formats and encodings', () => {
    const form = fc.constantFrom('events' as const, 'lines' as const)
    const encoding = fc.constantFrom('base64' as const, 'utf-8' as const)
    const text = fc.string({ unit: 'grapheme' }).map((value) => Buffer.from(value))
    const chunks = fc.array(fc.oneof(text, fc.uint8Array({ maxLength: 9 })))
    fc.assert(
      fc.property(form, encoding, chunks, fc.nat(100), (form, encoding, chunks, next) => {
        const framing = framingWith({ form, encoding, next })
        const frames = framesOf(
          chunks.map((bytes) => framing.frame(bytes)).join('') + framing.end(),
          form,
        )
        let offset = next
        const received = frames.slice(0, -1).map((frame) => {
          if (!('chunk' in frame)) throw new Error('expected a data frame')
          expect(frame.offset).toBe(offset)
          const bytes = Buffer.from(frame.chunk, frame.encoding ?? 'base64')
          offset += bytes.length
          return bytes
        })
        expect(Buffer.concat(received).equals(Buffer.concat(chunks))).toBe(true)
        expect(frames.at(-1)).toEqual({ type: 'end', size: offset })
      }),
    )
  })
})

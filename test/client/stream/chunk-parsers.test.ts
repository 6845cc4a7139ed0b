import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEvents, parseLines } from '../../../src/client/stream/chunk-parsers.js'
import type { Step } from '../../../src/client/stream/reconnecting-stream.js'

const LIMIT = 1_000

/** Cuts bytes into chunks of these lengths, used again and again. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const length = lengths[n % lengths.length] ?? 1
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return chunks
}

const anyLengths = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 })
const anyText = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .map((text) => text.replace(/[\r\n]/g, ''))

function items<T>(steps: readonly Step<T>[]): T[] {
  return steps.map((step) => {
    if (step.kind !== 'item') throw new Error(`expected an item; received ${step.kind}`)
    return step.item
  })
}

function readAll<T>(parse: (chunk: Uint8Array) => Step<T>[], chunks: readonly Uint8Array[]) {
  return chunks.flatMap((chunk) => parse(chunk))
}

describe('parseLines', () => {
  it('returns each line without its line feed, and drops one that is incomplete', () => {
    const parse = parseLines(LIMIT)
    expect(items(parse(Buffer.from('a\nb')))).toEqual(['a'])
    expect(items(parse(Buffer.from('c')))).toEqual([])
    expect(items(parse(Buffer.from('d\n\ne')))).toEqual(['bcd', ''])
  })

  it('returns the same lines however the bytes are cut, within characters too', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 6 }), anyLengths, (lines, lengths) => {
        const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
        // A decoder drops a byte order mark at the start of a stream (WHATWG Encoding §6.1).
        const expected = lines.map((line, n) => (n === 0 ? line.replace(/^\ufeff/, '') : line))
        expect(items(readAll(parseLines(LIMIT), cut(bytes, lengths)))).toEqual(expected)
      }),
    )
  })

  it.each([
    ['in one chunk', LIMIT + 2],
    ['in many chunks', 7],
  ])('accepts a line at the limit and fails for a longer one, %s', (_how, length) => {
    const line = (characters: number) => Buffer.from(`${'x'.repeat(characters)}\n`)
    expect(items(readAll(parseLines(LIMIT), cut(line(LIMIT), [length])))).toHaveLength(1)
    expect(readAll(parseLines(LIMIT), cut(line(LIMIT + 1), [length]))[0]).toMatchObject({
      kind: 'failed',
      error: { code: 'REFUSED', facts: { most: LIMIT } },
    })
  })

  it('fails for a line without end as soon as it is longer than the limit', () => {
    const parse = parseLines(LIMIT)
    expect(parse(Buffer.from(`a\n${'x'.repeat(LIMIT + 1)}`))).toMatchObject([
      { kind: 'item', item: 'a' },
      { kind: 'failed', error: { code: 'REFUSED' } },
    ])
  })
})

describe('parseEvents', () => {
  const parser = (onRetry: (ms: number) => void = () => {}) => parseEvents(LIMIT, onRetry)

  it('returns events with their id and type, and drops one that is incomplete', () => {
    const text = 'id: 1\nevent: tick\ndata: a\ndata: b\n\n: comment\n\nid: 2\ndata: torn'
    expect(items(parser()(Buffer.from(text)))).toEqual([{ id: '1', event: 'tick', data: 'a\nb' }])
  })

  it('returns the same events however the bytes are cut, with each line ending', () => {
    const anyEvents = fc.array(anyText, { maxLength: 6 })
    fc.assert(
      fc.property(
        anyEvents,
        anyLengths,
        fc.constantFrom('\n', '\r\n', '\r'),
        (events, lengths, end) => {
          const text = events.map((data, n) => `id: ${n}${end}data: ${data}${end}${end}`).join('')
          const received = items(readAll(parser(), cut(new TextEncoder().encode(text), lengths)))
          expect(received.map(({ id, data }) => [id, data])).toEqual(
            events.map((data, n) => [String(n), data]),
          )
        },
      ),
    )
  })

  it.each<[string, string[], number[]]>([
    ['CR', ['data: a\r\r', 'data: b\r\r'], [1, 1]],
    ['CR, cut before the blank line', ['data: a\r', '\r', 'data: b\r\r'], [0, 1, 1]],
    ['CRLF, cut inside of the blank line', ['data: a\r\n\r', '\n', 'data: b\r\n\r\n'], [1, 0, 1]],
    ['CRLF, cut inside of the first line end', ['data: a\r', '\n\r\n', 'data: b\n\n'], [0, 1, 1]],
    ['CR and then LF', ['data: a\r\n\n', 'data: b\r', '\n', '\n'], [1, 0, 0, 1]],
  ])('returns an event with its last byte where the lines end with %s', (_how, chunks, counts) => {
    const parse = parser()
    const received = chunks.map((chunk) => items(parse(Buffer.from(chunk))))
    expect(received.map(({ length }) => length)).toEqual(counts)
    expect(received.flat().map(({ data }) => data)).toEqual(['a', 'b'])
  })

  it('reports each valid retry field', () => {
    const waits: number[] = []
    parser((ms) => void waits.push(ms))(Buffer.from('retry: 250\nretry: soon\nretry: 5\n\n'))
    expect(waits).toEqual([250, 5])
  })

  it.each([
    ['in one chunk', 10_000],
    ['in many chunks', 7],
  ])('accepts data at the limit and fails for longer data, %s', (_how, length) => {
    const event = (characters: number) => Buffer.from(`data:${'x'.repeat(characters)}\n\n`)
    const steps = (characters: number) => {
      const parse = parser()
      const received: Step<unknown>[] = []
      for (const chunk of cut(event(characters), [length])) {
        received.push(...parse(chunk))
        if (received.some(({ kind }) => kind === 'failed')) break
      }
      return received
    }
    expect(items(steps(LIMIT - 'data:'.length))).toHaveLength(1)
    expect(steps(LIMIT + 1)[0]).toMatchObject({
      kind: 'failed',
      error: { code: 'REFUSED', facts: { most: LIMIT } },
    })
  })

  it('ignores an unknown field', () => {
    expect(items(parser()(Buffer.from('later: x\ndata: a\n\n')))).toHaveLength(1)
  })
})

import { describe, expect, it } from 'vitest'
import {
  type Frame,
  formatFrameEvent,
  formatLine,
  parseFrameEvent,
  parseLine,
} from '../../src/http/frame.js'

const error = {
  type: 'timeout',
  message: 'Late',
  code: 504,
  timestamp: '2026-01-01T00:00:00.000Z',
  retryable: true,
  offset: 3,
}

const DEEP = '['.repeat(200_000) + ']'.repeat(200_000)

it('A row, an event and a failure in 200,000 levels are no frames', () => {
  expect(parseLine(`{"type":"data","offset":0,"row":${DEEP}}`)).toBeUndefined()
  expect(parseFrameEvent('data', `{"offset":0,"row":${DEEP}}`)).toBeUndefined()
  expect(parseFrameEvent('error', `{"type":${DEEP}}`)).toBeUndefined()
})

const FRAMES: Frame[] = [
  { type: 'data', offset: 0, chunk: 'YQ==' },
  { type: 'data', offset: 5, chunk: 'a\r\n\u2028', encoding: 'utf-8' },
  { type: 'data', offset: 1, row: { a: [null] } },
  { type: 'data', offset: 1, row: null },
  { type: 'end', size: 9 },
  { type: 'end', size: 9, digest: 'sha-256=:YQ==:' },
  { type: 'error', error },
  { type: 'heartbeat' },
]

describe('a frame', () => {
  it.each(FRAMES)('survives formatLine and parseLine: %j', (frame) => {
    const line = formatLine(frame)
    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(parseLine(line)).toEqual(frame)
  })

  it.each(FRAMES.filter(({ type }) => type !== 'heartbeat'))(
    'survives formatFrameEvent and parseFrameEvent: %j',
    (frame) => {
      const text = formatFrameEvent(frame as Exclude<Frame, { type: 'heartbeat' }>)
      const [, event, data] = /^event: ([^\n]*)\ndata: ([^\n]*)\n\n$/.exec(text) ?? []
      expect(parseFrameEvent(event, data ?? '')).toEqual(frame)
    },
  )

  it('is serialized as an event with the given id and name', () => {
    const text = formatFrameEvent({ type: 'end', size: 1 }, { id: 'x', event: 'over' })
    expect(text).toBe('id: x\nevent: over\ndata: {"size":1}\n\n')
  })

  it.each([
    '',
    '5',
    'null',
    '{"type":"news"}',
    '{"type":"data","offset":-1,"chunk":""}',
    '{"type":"data","offset":0}',
    '{"type":"data","offset":0,"chunk":5}',
    '{"type":"data","offset":0,"chunk":"","encoding":"latin1"}',
    '{"type":"end"}',
    '{"type":"error"}',
    `{"type":"error","error":${JSON.stringify({ ...error, retryable: 'yes' })}}`,
  ])('is not found by parseLine in %j', (line) => expect(parseLine(line)).toBeUndefined())

  it('is not found by parseFrameEvent in an event without a frame name or with text data', () => {
    expect(parseFrameEvent(undefined, '{"offset":0,"chunk":""}')).toBeUndefined()
    expect(parseFrameEvent('data', 'text')).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { namesFrames, preferredForm } from '../../src/http/frame-form.js'

describe('preferredForm (RFC 9110 §12.5.1)', () => {
  it.each<[accept: string, type: string, form: 'events' | 'lines' | undefined]>([
    ['text/event-stream', 'video/mp4', 'events'],
    ['Text/Event-Stream', 'video/mp4', 'events'],
    ['application/x-ndjson', 'text/plain; charset=utf-8', 'lines'],
    ['text/event-stream, */*', 'video/mp4', 'events'],
    ['text/event-stream, */*;q=0.1', 'video/mp4', 'events'],
    ['text/event-stream;q=0.5, */*', 'video/mp4', undefined],
    ['video/mp4, text/event-stream', 'video/mp4', undefined],
    ['text/event-stream;q=0', 'video/mp4', undefined],
    ['application/x-ndjson, text/event-stream', 'video/mp4', 'lines'],
    ['application/x-ndjson', 'application/x-ndjson', undefined],
    ['text/event-stream', 'text/event-stream; charset=utf-8', undefined],
  ])('for Accept: %s and a representation of %s is %s', (accept, type, form) => {
    expect(namesFrames(accept)).toBe(true)
    expect(preferredForm(accept, type)).toBe(form)
  })

  it('is undefined if nothing is acceptable', () => {
    expect(preferredForm('image/png', '')).toBeUndefined()
  })
})

it.each([undefined, '', '*/*', 'text/html', 'text/*'])(
  'namesFrames is false for Accept: %s',
  (accept) => {
    expect(namesFrames(accept)).toBe(false)
  },
)

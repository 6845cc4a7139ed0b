import { describe, expect, it } from 'vitest'
import { namesFrames, preferredForm } from '../../src/http/frame-form.js'

describe('preferredForm', () => {
  it.each<[string, string, 'events' | 'lines' | undefined]>([
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
  ])('%s of %s: %s', (accept, type, form) => {
    expect(namesFrames(accept)).toBe(true)
    expect(preferredForm(accept, type)).toBe(form)
  })

  it.each([undefined, '', '*/*', 'text/html', 'text/*'])('%s names none', (accept) => {
    expect(namesFrames(accept)).toBe(false)
  })
})

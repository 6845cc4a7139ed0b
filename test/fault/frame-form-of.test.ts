import { expect, it } from 'vitest'
import { frameFormOf } from '../../src/fault/frame-form-of.js'

it.each([
  [{ 'content-type': 'text/event-stream' }, 'events'],
  [{ 'content-type': 'Text/Event-Stream; charset=utf-8' }, 'events'],
  [{ 'content-type': 'text/event-stream', 'content-encoding': 'identity' }, 'events'],
  [{ 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }, undefined],
  [{ 'content-type': 'application/x-ndjson' }, 'lines'],
  [{ 'content-type': 'application/ndjson; charset=utf-8' }, 'lines'],
  [{ 'content-type': 'application/jsonl' }, 'lines'],
  [{ 'content-type': 'text/event-streams' }, undefined],
  [{ 'content-type': 'video/mp4' }, undefined],
  [{}, undefined],
])('a body with the fields %j is divided into %s', (fields, form) => {
  expect(frameFormOf(fields)).toBe(form)
})

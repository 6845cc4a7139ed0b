import { EVENT_STREAM_TYPE } from '../http/event-stream.js'
import { NDJSON_TYPE } from '../http/frame.js'
import type { FrameForm } from '../http/frame-form.js'

const FORMS: ReadonlyMap<string, FrameForm> = new Map([
  [EVENT_STREAM_TYPE, 'events'],
  [NDJSON_TYPE, 'lines'],
  ['application/ndjson', 'lines'],
  ['application/jsonl', 'lines'],
])

/**
 * How a body with these fields is divided: into events (HTML Living Standard §9.2.5), or into lines of NDJSON.
 * undefined for another type, and for a content coding, which hides them.
 */
export function frameFormOf(fields: Readonly<Record<string, unknown>>): FrameForm | undefined {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = fields
  if (!/^(identity)?$/i.test(String(coding).trim())) return undefined
  return FORMS.get(String(type).replace(/;.*$/s, '').trim().toLowerCase())
}

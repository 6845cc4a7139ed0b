import Negotiator from 'negotiator'
import { EVENT_STREAM_TYPE } from './event-stream.js'
import { NDJSON_TYPE } from './frame.js'

/** The format of frames: `events` is an event stream, `lines` is NDJSON. */
export type FrameForm = 'events' | 'lines'

const FORMS: Readonly<Record<string, FrameForm>> = {
  [EVENT_STREAM_TYPE]: 'events',
  [NDJSON_TYPE]: 'lines',
}

/** Whether an Accept header field names a format of frames. Only a named format can be preferred. */
export function namesFrames(accept: string | undefined): accept is string {
  return accept !== undefined && /text\/event-stream|application\/x-ndjson/i.test(accept)
}

/**
 * The format of frames that an Accept header field prefers to the plain representation (RFC 9110
 * §12.5.1). undefined if the plain representation is preferred, or if its own type is that format.
 */
export function preferredForm(accept: string, contentType: string): FrameForm | undefined {
  const [raw = contentType] = contentType.toLowerCase().split(';')
  const forms = Object.keys(FORMS).filter((form) => accept.toLowerCase().includes(form))
  const preferred = new Negotiator({ headers: { accept } }).mediaType([raw.trim(), ...forms])
  return preferred === raw.trim() ? undefined : FORMS[preferred ?? '']
}

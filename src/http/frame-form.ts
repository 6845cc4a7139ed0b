import Negotiator from 'negotiator'
import { EVENT_STREAM_TYPE } from './event-stream.js'
import { NDJSON_TYPE } from './frame.js'

/** In which form a representation is sent in frames. */
export type FrameForm = 'events' | 'lines'

const FORMS: Readonly<Record<string, FrameForm>> = {
  [EVENT_STREAM_TYPE]: 'events',
  [NDJSON_TYPE]: 'lines',
}

/** Whether an Accept field names a form of frames at all, so that one may be preferred. */
export function namesFrames(accept: string | undefined): accept is string {
  return accept !== undefined && /text\/event-stream|application\/x-ndjson/i.test(accept)
}

/**
 * The form that an Accept field prefers to the representation as it is (RFC 9110 §12.5.1). One that
 * is not named is never preferred, and what has that type by itself stays as it is.
 */
export function preferredForm(accept: string, contentType: string): FrameForm | undefined {
  const [raw = contentType] = contentType.toLowerCase().split(';')
  const forms = Object.keys(FORMS).filter((form) => accept.toLowerCase().includes(form))
  const preferred = new Negotiator({ headers: { accept } }).mediaType([raw.trim(), ...forms])
  return preferred === raw.trim() ? undefined : FORMS[preferred ?? '']
}

import Negotiator from 'negotiator'
import { EVENT_STREAM_TYPE } from '../http/event-stream.js'

/** The forms of what people watch: JSON for programs, a page for browsers, events for programs that watch. */
export type WatchedForm = 'json' | 'page' | 'events'

const FORMS: Readonly<Record<string, WatchedForm>> = {
  'application/json': 'json',
  'text/html': 'page',
  [EVENT_STREAM_TYPE]: 'events',
}

/** The form that an Accept field prefers (RFC 9110 §12.5.1); JSON without a preference, such as that of curl. */
export function chosenForm(accept: string | undefined): WatchedForm {
  const negotiator = new Negotiator({ headers: { accept } })
  const [preferred = ''] = negotiator.mediaTypes(Object.keys(FORMS))
  return FORMS[preferred] ?? 'json'
}

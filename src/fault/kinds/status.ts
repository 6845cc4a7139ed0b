import { type Expectation, required, STRING } from '../../validation/expectation.js'
import { isWholeNumber, wholeNumber } from '../../validation/number-expectations.js'
import type { FaultKind } from '../fault.js'
import { FIELD_VALUES, setFields } from '../field-members.js'

/** Responds with this status instead; from 400 on with problem details (RFC 9457), unless there is a body. */
export interface Status {
  readonly kind: 'status'
  /** A final status, 200 to 599. */
  readonly status: number
  /** Retry-After: seconds or an HTTP date (RFC 9110 §10.2.3). Default: no such field. */
  readonly retryAfter?: number | string
  /** Further header fields by name, such as Location. Default: none. */
  readonly fields?: Readonly<Record<string, string>>
  /** The body, such as a login page. Default: problem details from 400 on, otherwise none. */
  readonly body?: string
  /** The media type of `body`. @default 'text/html; charset=utf-8' */
  readonly type?: string
}

/** Fields that frame the body: another value would leave the client waiting. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'trailer'])

const FIELDS: Expectation = {
  ...FIELD_VALUES,
  expected: `${FIELD_VALUES.expected}; not Content-Length, Transfer-Encoding or Trailer, which response-fields can set`,
  accepts: (value) =>
    FIELD_VALUES.accepts(value) &&
    !Object.keys(value as object).some((name) => FRAMING.has(name.toLowerCase())),
}

const DEFAULT_TYPE = 'text/html; charset=utf-8'

export const status: FaultKind<Status> = {
  members: {
    status: required(wholeNumber(200, 599)),
    retryAfter: {
      expected: 'a whole number of seconds, or an HTTP date',
      accepts: (value) =>
        typeof value === 'string'
          ? !Number.isNaN(Date.parse(value)) && /^[\x20-\x7e]+$/.test(value)
          : isWholeNumber(value) && value >= 0,
    },
    fields: FIELDS,
    body: STRING,
    type: {
      expected: 'a media type, such as text/html',
      accepts: (value) =>
        typeof value === 'string' && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+[\x20-\x7e]*$/.test(value),
    },
  },
  async before({ status: code, retryAfter, fields, body, type = DEFAULT_TYPE }, scene) {
    scene.fire()
    const all = {
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...(fields && Object.fromEntries(setFields({ set: fields }))),
    }
    if (body === undefined) return { kind: 'status', status: code, fields: all }
    return { kind: 'content', status: code, fields: { 'content-type': type, ...all }, body }
  },
}

import type { Layout } from '../body/layout.js'
import { layoutMultipart } from '../body/multipart.js'
import { layoutRaw } from '../body/raw.js'
import type { ContentCoding } from '../http/content-coding.js'
import { type DeliveryPlan, planDelivery, planWhole } from '../http/delivery-plan.js'
import { parseEntityTag } from '../http/entity-tag.js'
import { parseHttpDate } from '../http/http-date.js'
import { type ChainPlan, type LivePlan, planChain } from '../http/live-plan.js'
import type { RequestFields } from '../http/precondition.js'
import type { Facts } from '../source/representation.js'
import {
  type HeaderFields,
  joinVary,
  withoutFields,
  withoutRepresentation,
} from './header-fields.js'
import { liveFields } from './live-fields.js'
import { problemBytes, problemFields } from './problem.js'

/** The input of `planResponse`. */
export interface ResponseInput {
  /** GET or HEAD. */
  readonly method: string
  /** Header fields of the request, as node:http names them. */
  readonly request: RequestFields
  readonly facts: Pick<Facts, 'size' | 'given' | 'dateStrength' | 'etag' | 'chain'> & {
    /** undefined: no Content-Type is sent, unless the application has set one. */
    readonly contentType: string | undefined
  }
  /** The fields that describe the representation, from `describeRepresentation`. */
  readonly fields: HeaderFields
  /** The coding that Accept-Encoding selected; undefined where no coding was negotiated. */
  readonly coding: ContentCoding | 'identity' | undefined
  /**
   * The status that the application has set. For any but 200, the whole representation is sent with it.
   */
  readonly status: number
  /** The time of the response's Date, ms since the epoch. */
  readonly now: number
  /** A multipart boundary that occurs in no part: 128 random bits. */
  readonly boundary: () => string
}

/** Status, header fields and bytes of a response, for the cached and the opened path alike. */
export type ResponsePlan =
  /** Bytes of the representation. `contentRange` is set for a single range. */
  | {
      readonly kind: 'body'
      readonly status: number
      readonly fields: HeaderFields
      readonly layout: Layout
      readonly contentRange: string | undefined
    }
  /** The bytes of a growing file from `start` on, with those to come. */
  | {
      readonly kind: 'live'
      readonly status: 206
      readonly fields: HeaderFields
      readonly start: number
      readonly contentRange: string
    }
  /** The response to HEAD, or with a status without content: the fields of the whole representation. */
  | { readonly kind: 'head'; readonly status: number; readonly fields: HeaderFields }
  | { readonly kind: 'not-modified'; readonly status: 304; readonly fields: HeaderFields }
  /** A failed condition or range, with its problem details as the body. */
  | {
      readonly kind: 'problem'
      readonly status: 412 | 416
      readonly detail: string
      readonly fields: HeaderFields
      /** The fields that the status requires. */
      readonly required: HeaderFields
      readonly bytes: Buffer
    }

const DETAILS = {
  412: 'The file is not the version that the condition requires.',
  416: 'No requested range overlaps the file.',
} as const

/** The problem documents, serialized once. */
const PROBLEMS = {
  412: problemBytes({ status: 412, detail: DETAILS[412] }),
  416: problemBytes({ status: 416, detail: DETAILS[416] }),
} as const

/** The request field that selects between the bytes and the frames of a representation. */
const NEGOTIATED = 'Accept'

/** The request fields that compare dates. */
const DATE_FIELDS = ['if-modified-since', 'if-unmodified-since', 'if-range'] as const

const RANGE_FIELD = new Set(['content-range'])

/**
 * Fields that a 304 omits: it has no content, and the client's cached response has them (RFC 9110
 * §15.4.5).
 */
const CONTENT_FIELDS = new Set([
  'content-type',
  'content-encoding',
  'content-length',
  'content-range',
])

/**
 * Decides the response to a GET or HEAD for one version of a representation: conditions first, Range
 * after them (RFC 9110 §13.2.2, §14.2).
 */
export function planResponse(input: ResponseInput): ResponsePlan {
  const { status } = input
  const fields = negotiatedFields(input.fields, input.coding)
  // These statuses have no content, so no length either (RFC 9110 §8.6).
  if (status === 204 || status === 304) {
    return { kind: 'head', status, fields: withoutFields(fields, CONTENT_FIELDS) }
  }
  const { plan, etag, size } = decide(input, fields)
  const selected = etag === undefined || etag === fields.etag ? fields : { ...fields, etag }
  return render(input, selected, plan, size)
}

/** @param size bytes of the selected representation */
function render(
  input: ResponseInput,
  fields: HeaderFields,
  plan: DeliveryPlan | LivePlan,
  size: number,
): ResponsePlan {
  const { facts, status } = input
  switch (plan.kind) {
    case 'live': {
      const described = liveFields(fields, plan.contentRange, typeOf(fields, facts))
      const { start, contentRange } = plan
      if (input.method === 'HEAD') return { kind: 'head', status: 206, fields: described }
      return { kind: 'live', status: 206, fields: described, start, contentRange }
    }
    case 'whole':
      return body(input, fields, { status, layout: layoutRaw(plan.slice, typeOf(fields, facts)) })
    case 'slice': {
      const layout = layoutRaw(plan.slice, typeOf(fields, facts))
      return body(input, fields, { status: 206, layout, contentRange: plan.contentRange })
    }
    case 'slices': {
      const contentType = typeOf(fields, facts)
      const layout = layoutMultipart(plan.slices, size, contentType, input.boundary())
      return body(input, fields, { status: 206, layout })
    }
    case 'not-modified':
      return { kind: 'not-modified', status: 304, fields: withoutFields(fields, CONTENT_FIELDS) }
    case 'failed':
      return problem(fields, 412)
    case 'unsatisfiable':
      return problem(fields, 416, { 'content-range': plan.contentRange })
  }
}

/** The plan, and the ETag and the size of the representation that it selects. */
type Decision = Omit<ChainPlan, 'etag'> & { readonly etag: HeaderFields[string] | undefined }

function decide(
  { method, request, facts, coding, status, now }: ResponseInput,
  fields: HeaderFields,
): Decision {
  const { chain } = facts
  const own = { etag: fields.etag, size: facts.size }
  // Conditions and ranges apply to 200 alone: an error page of the application is sent whole.
  if (status !== 200) return { ...own, plan: planWhole(facts) }
  const requestFields = facts.given === 'whole' ? { ...request, range: undefined } : request
  const comparesDates = DATE_FIELDS.some((name) => request[name] !== undefined)
  const lastModified = comparesDates
    ? parseHttpDate(fields['last-modified']?.toString(), now)
    : undefined
  const { size } = facts
  // Each coding has a date of its own, so those of two codings may be the same.
  const dateStrength = coding === undefined ? facts.dateStrength : (facts.dateStrength ?? 'weak')
  const selected = { size, etag: fields.etag?.toString(), lastModified, dateStrength }
  // An ETag of the application, or of a content coding, is none of the chain's.
  if (chain !== undefined && fields.etag !== undefined && fields.etag === facts.etag) {
    return planChain(method, requestFields, selected, chain, now)
  }
  const plan = planDelivery(method, requestFields, selected, now)
  // A Content-Encoding would apply to the multipart body as a whole, not to the bytes in its parts.
  const isMisread = plan.kind === 'slices' && fields['content-encoding'] !== undefined
  return { ...own, plan: isMisread ? planWhole(facts) : plan }
}

/** Adds the negotiated fields to Vary, and the coding to the ETag. */
function negotiatedFields(fields: HeaderFields, coding: ResponseInput['coding']): HeaderFields {
  // Returned without a copy, for speed: this is the case of every cached file.
  if (coding === undefined && fields.vary === NEGOTIATED) return fields
  const names = coding === undefined ? NEGOTIATED : `${NEGOTIATED}, Accept-Encoding`
  const negotiated: HeaderFields = { ...fields, vary: joinVary(fields.vary?.toString(), names) }
  const tag = coding === 'identity' || !coding ? undefined : parseEntityTag(fields.etag?.toString())
  // Each coding needs its own ETag, also where the application has set one (RFC 9110 §8.8.3.3).
  if (tag !== undefined) negotiated.etag = `${tag.weak ? 'W/' : ''}"${tag.opaque};${coding}"`
  return negotiated
}

interface PlannedBody {
  readonly status: number
  readonly layout: Layout
  readonly contentRange?: string
}

function body(
  { method, status: applicationStatus }: ResponseInput,
  description: HeaderFields,
  { status, layout, contentRange }: PlannedBody,
): ResponsePlan {
  const framing: HeaderFields = { 'content-length': String(layout.length) }
  if (layout.contentType !== undefined) framing['content-type'] = layout.contentType
  if (contentRange !== undefined) framing['content-range'] = contentRange
  // A Content-Range of the application belongs to the status that it has set, not to this response.
  const isForeign = contentRange === undefined && 'content-range' in description
  const others =
    isForeign && applicationStatus === 200 ? withoutFields(description, RANGE_FIELD) : description
  // Object.assign is four times as fast as a spread here, which matters for 4 KiB responses.
  const fields: HeaderFields = Object.assign({}, others, framing)
  if (method === 'HEAD') return { kind: 'head', status, fields }
  const range = fields['content-range']?.toString()
  return { kind: 'body', status, fields, layout, contentRange: range }
}

function typeOf(
  fields: HeaderFields,
  { contentType }: Pick<ResponseInput['facts'], 'contentType'>,
): string | undefined {
  return fields['content-type']?.toString() ?? contentType
}

function problem(
  description: HeaderFields,
  status: 412 | 416,
  required: HeaderFields = {},
): ResponsePlan {
  const bytes = PROBLEMS[status]
  const fields = {
    ...withoutRepresentation(description),
    ...problemFields(bytes),
    ...required,
  }
  return { kind: 'problem', status, detail: DETAILS[status], fields, required, bytes }
}

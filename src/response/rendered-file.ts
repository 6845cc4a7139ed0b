import { type FieldSettings, isSameFields } from '../settings/field-options.js'
import type { CachedFile } from '../source/representation.js'
import type { HeaderFields } from './header-fields.js'
import { planResponse, type ResponseInput, type ResponsePlan } from './plan-response.js'
import { fieldLines } from './write-fields.js'

/**
 * What responses with a cached file have in common where the application sets no fields, kept in its `rendered`: it
 * follows from the facts and the settings alone.
 */
interface RenderedFile {
  readonly settings: FieldSettings
  readonly fields: HeaderFields
  /** The plan of a GET without conditions and ranges, once there was one. */
  whole: ResponsePlan | undefined
  /** The field lines of that plan. */
  lines: string[] | undefined
}

/** The fields that describe the file, by `render` where they are not known for these settings. */
export function renderedFields(
  cached: CachedFile,
  settings: FieldSettings,
  render: () => HeaderFields,
): HeaderFields {
  const known = cached.rendered as RenderedFile | undefined
  if (known !== undefined && isSameFields(known.settings, settings)) return known.fields
  const fields = render()
  cached.rendered = { settings, fields, whole: undefined, lines: undefined } satisfies RenderedFile
  return fields
}

/** Plans as `planResponse`; the plan of a GET without conditions and ranges is made once. */
export function planCached(cached: CachedFile, input: ResponseInput): ResponsePlan {
  const known = cached.rendered as RenderedFile | undefined
  if (known?.fields !== input.fields || !requestsWhole(input)) return planResponse(input)
  known.whole ??= planResponse(input)
  return known.whole
}

/** The field lines of a plan of `planCached`. */
export function cachedLines(cached: CachedFile, plan: ResponsePlan): string[] {
  const known = cached.rendered as RenderedFile | undefined
  if (known?.whole !== plan) return fieldLines(plan.fields)
  known.lines ??= fieldLines(plan.fields)
  return known.lines
}

/** Whether neither conditions nor a range can change the plan (RFC 9110 §13, §14). */
function requestsWhole({ method, request, status, coding, facts }: ResponseInput): boolean {
  return (
    method === 'GET' &&
    status === 200 &&
    coding === undefined &&
    facts.chain === undefined &&
    request.range === undefined &&
    request['if-none-match'] === undefined &&
    request['if-modified-since'] === undefined &&
    request['if-match'] === undefined &&
    request['if-unmodified-since'] === undefined
  )
}

import { decideRange, type Slice } from './byte-range.js'
import { formatContentRange, formatUnsatisfiedRange } from './content-range.js'
import {
  judgePreconditions,
  type RequestFields,
  singleValue,
  type Validators,
} from './precondition.js'

/** The facts of the selected representation that a plan depends on. */
export interface SelectedRepresentation extends Validators {
  /** Bytes. */
  readonly size: number
}

/**
 * The planned response: its status, the header fields that follow from it, and the slices of its body.
 * `unsatisfiable`, `failed` and `not-modified` send no bytes of the representation.
 */
export type DeliveryPlan =
  | { readonly kind: 'whole'; readonly status: 200; readonly slice: Slice }
  | {
      readonly kind: 'slice'
      readonly status: 206
      readonly slice: Slice
      readonly contentRange: string
    }
  | { readonly kind: 'slices'; readonly status: 206; readonly slices: readonly Slice[] }
  | { readonly kind: 'not-modified'; readonly status: 304 }
  | { readonly kind: 'failed'; readonly status: 412 }
  | { readonly kind: 'unsatisfiable'; readonly status: 416; readonly contentRange: string }

/**
 * Plans the response to a GET or HEAD request: preconditions are evaluated before Range, and Range
 * applies to GET alone (RFC 9110 §13.2.2, §14.2).
 *
 * @param now the time of the response's Date header field, ms since the epoch
 */
export function planDelivery(
  method: string,
  fields: RequestFields,
  selected: SelectedRepresentation,
  now: number,
): DeliveryPlan {
  const outcome = judgePreconditions(method, fields, selected, now)
  if (outcome.kind === 'failed') return { kind: 'failed', status: 412 }
  if (outcome.kind === 'not-modified') return { kind: 'not-modified', status: 304 }
  if (outcome.range === 'ignored') return planWhole(selected)

  const range = decideRange(singleValue(fields.range), selected.size)
  if (range.kind === 'whole') return planWhole(selected)
  if (range.kind === 'unsatisfiable') {
    return {
      kind: 'unsatisfiable',
      status: 416,
      contentRange: formatUnsatisfiedRange(selected.size),
    }
  }
  const [slice, ...more] = range.slices
  if (more.length > 0) return { kind: 'slices', status: 206, slices: range.slices }
  return {
    kind: 'slice',
    status: 206,
    slice,
    contentRange: formatContentRange(slice, selected.size),
  }
}

/** A 200 with the whole representation, regardless of the request's conditions and ranges. */
export function planWhole({
  size,
}: Pick<SelectedRepresentation, 'size'>): DeliveryPlan & { kind: 'whole' } {
  return { kind: 'whole', status: 200, slice: { start: 0, end: size } }
}

import { decideRange, type Slice } from './byte-range.js'
import { formatContentRange, formatUnsatisfiedRange } from './content-range.js'
import {
  judgePreconditions,
  type RequestFields,
  singleValue,
  type Validators,
} from './precondition.js'

/** What a plan must know of the selected representation. */
export interface Selected extends Validators {
  /** Bytes. */
  readonly size: number
}

/**
 * What to answer: the status, the fields that follow from it, and which slices form the body.
 * `unsatisfiable`, `failed` and `not-modified` have no representation in their body.
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
 * Plans the answer to a GET or HEAD: preconditions first, Range after, and Range on GET alone
 * (RFC 9110 §13.2.2, §14.2). `now`: the time of the answer's Date, ms.
 */
export function planDelivery(
  method: string,
  fields: RequestFields,
  selected: Selected,
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

/** All of the representation, whatever the request's conditions and ranges say. */
export function planWhole({ size }: Pick<Selected, 'size'>): DeliveryPlan & { kind: 'whole' } {
  return { kind: 'whole', status: 200, slice: { start: 0, end: size } }
}

import { type Body, openParts } from '../delivery/deliver.js'
import type { Version } from '../fault/fault.js'
import type { Exchange } from '../request/exchange.js'
import type { ResponsePlan } from './plan-response.js'
import type { BodyResponse } from './prepared-response.js'

/** A live plan, and where its bytes come from. */
export interface LiveBody {
  readonly plan: Extract<ResponsePlan, { kind: 'live' }>
  readonly version: Version
  /** Bytes that the file has now. */
  readonly size: number
  readonly release: () => Promise<void>
}

/**
 * Prepares the response with a growing file, which is kept open while bytes arrive (RFC 8673 §2.2). Its length is not
 * announced, so it ends with the last chunk when the file is finished, and without it otherwise. Waiting for bytes is
 * nobody's stall; a closing server ends it at once.
 *
 * @throws LastbyteError as the representation does for its first bytes
 */
export async function prepareLive(
  { context, transfer, faults }: Exchange,
  { plan, version, size, release }: LiveBody,
): Promise<BodyResponse> {
  const slice = { start: plan.start, end: Number.POSITIVE_INFINITY }
  context.transfers.markOpenEnded(transfer)
  const rest = version.read(slice, transfer.signal)[Symbol.asyncIterator]()
  // A client that has all bytes gets the header section before there are more.
  const { first } =
    plan.start < size ? await openParts({ length: 1 }, rest, transfer) : { first: undefined }
  const body: Body = { length: undefined, first, rest, waiting: 'server' }
  const pieces = [{ kind: 'slice', slice }] as const
  const announcement = {
    length: undefined,
    framing: 'unknown',
    contentRange: plan.contentRange,
  } as const
  faults?.session.describe(plan.fields)
  const announced = faults?.session.announce(pieces, announcement) ?? announcement
  faults?.frame('unknown')
  const { contentRange = plan.contentRange } = announced
  return {
    kind: 'body',
    status: plan.status,
    fields: { ...plan.fields, 'content-range': contentRange },
    body: faults?.body(pieces, body, undefined) ?? body,
    release,
  }
}

/**
 * Why a connection or a request is refused. `access`: 401 and 403; `too_large`: 413, 414 and 431; `malformed`: what Node's
 * parser rejects; the limits are those of an address.
 */
export const REFUSAL_REASONS = [
  'access',
  'body_timeout',
  'connection_limit',
  'handshake_failed',
  'handshake_timeout',
  'header_timeout',
  'http2_flood',
  'http2_silent',
  'malformed',
  'request_limit',
  'too_large',
] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

/** Counts what an application refuses, by reason. */
export class Refusals {
  readonly #counts = new Map<RefusalReason, number>(REFUSAL_REASONS.map((reason) => [reason, 0]))

  count(reason: RefusalReason): void {
    this.#counts.set(reason, this.of(reason) + 1)
  }

  of(reason: RefusalReason): number {
    return this.#counts.get(reason) ?? 0
  }
}

/** The reason that a status stands for by itself; undefined for a status that may have others. */
export function reasonOfStatus(status: number): RefusalReason | undefined {
  if (status === 401 || status === 403) return 'access'
  return status === 413 || status === 414 || status === 431 ? 'too_large' : undefined
}

/** The reason for a response to bytes that Node's parser rejects. */
export function reasonOfParseError(status: number): RefusalReason {
  if (status === 408) return 'header_timeout'
  return reasonOfStatus(status) ?? 'malformed'
}

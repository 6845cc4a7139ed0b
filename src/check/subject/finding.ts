import type { Exchange } from './exchange.js'

/** The outcome of a check. */
export type Finding =
  | { readonly kind: 'passed' }
  | Failure
  | {
      readonly kind: 'skipped'
      /** Why, such as `the server sends no strong ETag`. */
      readonly reason: string
      /** Whether the run ended before the check, so that nothing is known of what it requires. */
      readonly isUntried?: true
      /** Whether the server announced a digest that the run could not verify, since the bound is below the whole. */
      readonly isUnverified?: true
    }

/** A requirement that isn't met, with what shows it. */
export interface Failure {
  readonly kind: 'failed'
  /** The request and the response that show it; undefined if there was no response. */
  readonly exchange: Exchange | undefined
  /** What the server was expected to send, such as `206 with Content-Range: bytes 0-0/1000`. */
  readonly expected: string
  /** What it sent. */
  readonly received: string
}

export const PASSED: Finding = { kind: 'passed' }

export function failed(
  exchange: Exchange | undefined,
  expected: string,
  received: string,
): Failure {
  return { kind: 'failed', exchange, expected, received }
}

export function skipped(reason: string): Finding {
  return { kind: 'skipped', reason }
}

/** The outcome of a check of a digest whose representation is larger than the bound allows. */
export function unverified(reason: string): Finding {
  return { kind: 'skipped', reason, isUnverified: true }
}

/** The outcome of a check that the run had no requests or bytes left for. */
export function untried(reason: string): Finding {
  return { kind: 'skipped', reason, isUntried: true }
}

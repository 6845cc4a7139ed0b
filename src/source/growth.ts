/**
 * A file that may be appended to, such as a log.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import type { Growth } from 'lastbyte'
 *
 * const log = Buffer.from('first line\nsecond line\n')
 * const growth: Growth = {
 *   tag: '"log-1"',
 *   async *follow(start) {
 *     yield log.subarray(start)
 *   },
 * }
 * for await (const chunk of growth.follow(11, 1_000, AbortSignal.timeout(1_000))) {
 *   assert.equal(Buffer.from(chunk).toString(), 'second line\n')
 * }
 * ```
 */
export interface Growth {
  /** A strong entity tag with its quotes that identifies the file at any length. */
  readonly tag: string
  /**
   * The bytes from `start` on, then those that are appended, until nothing was appended for `idle` ms. A
   * chunk is valid until the next one is requested.
   *
   * @throws LastbyteError FILE_TRUNCATED, FILE_REPLACED, SOURCE_FAILED, or the signal's reason
   */
  follow(start: number, idle: number, signal: AbortSignal): AsyncIterable<Uint8Array>
}

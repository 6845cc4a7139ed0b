import type { Expectations } from '../../validation/expectation.js'
import { oneOf, TEXT } from '../../validation/expectation.js'
import { byteCount, milliseconds } from '../../validation/number-expectations.js'
import { readArgument, readOptions } from '../../validation/read-options.js'
import { DEFAULT_LIMITS, LOG_LIMITS, type LogLimits } from '../log-limits.js'

/**
 * Options of `fileLog`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { fileLog, type FileLogOptions } from 'lastbyte'
 *
 * const options: FileLogOptions = { fsync: 'always', maxAge: 86_400_000 }
 * assert.equal(fileLog('/var/lib/app/streams', options).lease, 10_000)
 * ```
 */
export interface FileLogOptions extends LogLimits {
  /**
   * Bytes of all streams together. The oldest ones that have no producer are removed; where that is not enough, no
   * stream is begun. Checked every few seconds, so that it may be exceeded meanwhile.
   *
   * @default 1_073_741_824
   */
  readonly maxBytes?: number
  /**
   * When events reach the disk: `always`, before readers of this process get them; `interval`, after
   * `fsyncInterval`; `never`, when the system decides. Concerns power failures alone: what a process has written
   * outlives it in any case. A client that has received an event that was lost gets a gap.
   *
   * @default 'interval'
   */
  readonly fsync?: 'always' | 'interval' | 'never'
  /**
   * ms after which `fsync: 'interval'` writes to the disk.
   *
   * @default 1_000
   */
  readonly fsyncInterval?: number
  /**
   * ms without a sign of life after which another process may take a stream over. A process of the same machine that
   * has ended is noticed at once.
   *
   * @default 10_000
   */
  readonly lease?: number
}

/** The settled options. */
export type FileLogSettings = Required<FileLogOptions>

const OPTIONS: Expectations<FileLogOptions> = {
  ...LOG_LIMITS,
  maxBytes: byteCount(1),
  fsync: oneOf('always', 'interval', 'never'),
  fsyncInterval: milliseconds(1),
  lease: milliseconds(1),
}

const DEFAULTS: FileLogSettings = {
  ...DEFAULT_LIMITS,
  maxBytes: 1024 ** 3,
  fsync: 'interval',
  fsyncInterval: 1_000,
  lease: 10_000,
}

/** Settles the arguments of `fileLog`. @throws LastbyteError BAD_SETTING */
export function settleFileLog(folder: unknown, options: unknown): FileLogSettings {
  readArgument('folder', folder, { ...TEXT, expected: 'the path of a folder' })
  return Object.freeze({ ...DEFAULTS, ...readOptions(options, OPTIONS) })
}

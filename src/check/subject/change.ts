/**
 * The ways in which the file is changed during a transfer. `rewrite`: other bytes of the same size in place, in the
 * same second where possible. `rename`: another file is moved over it. `restore`: the bytes it had at first.
 */
export const CHANGES = ['rewrite', 'rename', 'truncate', 'append', 'restore'] as const
/**
 * A way in which the file is changed during a transfer.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type Change, type ChangeFile } from 'lastbyte/testing'
 *
 * const changes: Change[] = []
 * const change: ChangeFile = async (kind) => void changes.push(kind)
 * await change('rewrite')
 * assert.deepEqual(changes, ['rewrite'])
 * ```
 */
export type Change = (typeof CHANGES)[number]

/**
 * Changes the file that the URL serves. Resolves when the change is done. The signal aborts a change; none is given to
 * `restore`, which is made whatever happens.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type Change, type ChangeFile } from 'lastbyte/testing'
 *
 * const changes: Change[] = []
 * const change: ChangeFile = async (kind) => void changes.push(kind)
 * await change('rewrite')
 * assert.deepEqual(changes, ['rewrite'])
 * ```
 */
export type ChangeFile = (change: Change, signal?: AbortSignal) => Promise<void>

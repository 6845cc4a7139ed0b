import type { FaultRule, SettledRule } from './fault-rule.js'
import type { JournalEntry } from './journal.js'

/**
 * An armed rule, as `FaultLayer.arm` returns it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type ArmedFault, createFaults } from 'lastbyte/testing'
 *
 * const faults = createFaults({ seed: 7 })
 * const armed: ArmedFault = faults.arm({ fault: { kind: 'chunked' }, times: 2 })
 * assert.equal(armed.left, 2)
 * assert.deepEqual(armed.journal(), [])
 * armed.disarm()
 * assert.deepEqual(faults.rules(), [])
 * ```
 */
export interface ArmedFault {
  /** The rule's `id`, or the generated one. */
  readonly id: string
  /** How many more requests may get it. Infinity without a limit. */
  readonly left: number
  /** Copies of its journal entries. */
  journal(): JournalEntry[]
  /** Removes the rule. Its faults in running responses continue. */
  disarm(): void
}

/**
 * An armed rule as `FaultLayer.rules` and `GET /-/faults` show it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createFaults, type ShownRule } from 'lastbyte/testing'
 *
 * const faults = createFaults({ seed: 7 })
 * faults.arm({ fault: { kind: 'chunked' }, times: 2 })
 * const [rule]: ShownRule[] = faults.rules()
 * assert.equal(rule?.id, 'rule-1')
 * assert.equal(rule?.left, 2)
 * ```
 */
export interface ShownRule extends Omit<FaultRule, 'id'> {
  readonly id: string
  /** How many more requests may get it; absent without a limit. */
  readonly left?: number
}

/** An armed rule with the number of times that is left. */
export function showRule(
  { id = '', match, faults, times, probability }: SettledRule,
  left: number,
): ShownRule {
  const [only, ...more] = faults
  const fault = only !== undefined && more.length === 0 ? only : faults
  const limit = Number.isFinite(times) ? { times, left } : {}
  return { id, match, fault, probability, ...limit }
}

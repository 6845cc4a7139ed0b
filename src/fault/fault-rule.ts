import {
  copyArray,
  type Expectations,
  isOptionsObject,
  OBJECT,
  oneOf,
  required,
} from '../validation/expectation.js'
import { numberBetween, wholeNumber } from '../validation/number-expectations.js'
import { FAULT_KINDS, type Fault, kindOf } from './fault-kinds.js'
import { type Match, settleMatch } from './request-match.js'
import { badFault, readMember, readMembers } from './validate.js'

/** Faults of one rule, or of one request: each of them acts on every chunk. */
export const MOST_FAULTS = 100

const KIND = oneOf(...Object.keys(FAULT_KINDS))

/**
 * Which requests get which faults, and how often. Several rules that match a request all apply, in the
 * order in which they were armed.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type FaultRule, faultServer } from 'lastbyte/testing'
 *
 * const rule: FaultRule = {
 *   id: 'cut-twice',
 *   match: { path: '/clip.mp4', range: 'present' },
 *   fault: [{ kind: 'latency', ms: 1 }, { kind: 'truncate', at: 100 }],
 *   times: 2,
 * }
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * assert.equal(server.faults.arm(rule).left, 2)
 * ```
 */
export interface FaultRule {
  /** Its name in the journal and in URLs: 1 to 64 letters, digits, `.`, `-`, `_`. Default: generated. */
  readonly id?: string
  /** Which requests it applies to. Default: all. */
  readonly match?: Match
  /** One fault, or several that are applied in this order. */
  readonly fault: Fault | readonly Fault[]
  /** The most requests that get it; those whose fault didn't act are not counted. Default: no limit. */
  readonly times?: number
  /** The share of the matching requests that get it, 0 to 1. @default 1 */
  readonly probability?: number
}

/** A validated rule with defaults; `times` is Infinity without a limit. */
export interface SettledRule {
  readonly id: string | undefined
  readonly match: Match
  readonly faults: readonly Fault[]
  readonly times: number
  readonly probability: number
}

/** What each member of a rule must be. */
export const RULE: Expectations<FaultRule> = {
  id: {
    expected: '1 to 64 letters, digits, dots, dashes or underscores',
    accepts: (value) => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value),
  },
  match: { expected: 'an object', accepts: isOptionsObject },
  fault: required({
    expected: `a fault, or an array of 1 to ${MOST_FAULTS} faults`,
    accepts: (value) =>
      isOptionsObject(value) ||
      (Array.isArray(value) && value.length > 0 && value.length <= MOST_FAULTS),
    copy: copyArray,
  }),
  times: wholeNumber(0),
  probability: numberBetween(0, 1),
}

/** Validates a rule. @throws LastbyteError BAD_FAULT; `facts.member` is the invalid member */
export function settleRule(rule: unknown): SettledRule {
  const { id, match, fault, times, probability } = readMembers(rule, RULE, '')
  return Object.freeze({
    id,
    match: settleMatch(match ?? {}),
    faults: Array.isArray(fault)
      ? Object.freeze(fault.map((each, index) => settleFault(each, `fault[${index}]`)))
      : Object.freeze([settleFault(fault, 'fault')]),
    times: times ?? Number.POSITIVE_INFINITY,
    probability: probability ?? 1,
  })
}

/** Validates a fault. @throws LastbyteError BAD_FAULT; `facts.member` is the path of the invalid member */
export function settleFault(fault: unknown, path: string): Fault {
  const given = readMember(path, fault, OBJECT) as { readonly kind?: unknown }
  const kind = readMember(`${path}.kind`, given.kind, KIND) as Fault['kind']
  const settled = readMembers<Fault>(given, { kind: KIND, ...FAULT_KINDS[kind].members }, path)
  const wrong = kindOf(settled).contradiction?.(settled)
  if (wrong === undefined) return settled
  const { member, expected } = wrong
  throw badFault(`${path}.${member}`, `expected ${expected}`, { ...settled }[member as keyof Fault])
}

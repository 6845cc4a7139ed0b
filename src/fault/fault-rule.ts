import {
  copyArray,
  type Expectations,
  isOptionsObject,
  OBJECT,
  oneOf,
  required,
} from '../validation/expectation.js'
import { numberBetween, wholeNumber } from '../validation/number-expectations.js'
import { FAULT_KINDS, type Fault } from './fault-kinds.js'
import { type Match, settleMatch } from './request-match.js'
import { readMember, readMembers } from './validate.js'

const KIND = oneOf(...Object.keys(FAULT_KINDS))

/** Which requests get which faults, and how often. */
export interface FaultRule {
  /** Its name in the journal and the URL space; one is given to it if it has none. */
  readonly id?: string
  /** Which requests; all, if absent. */
  readonly match?: Match
  /** One fault, or several that are applied in this order. */
  readonly fault: Fault | readonly Fault[]
  /** How many requests get it at most. Default: no limit. */
  readonly times?: number
  /** The share of the matching requests that get it, 0 to 1. Default 1. */
  readonly probability?: number
}

/** A rule in one form. */
export interface SettledRule {
  readonly id: string | undefined
  readonly match: Match
  readonly faults: readonly Fault[]
  readonly times: number
  readonly probability: number
}

const RULE: Expectations<FaultRule> = {
  id: {
    expected: '1 to 64 letters, digits, dots, dashes or underscores',
    accepts: (value) => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value),
  },
  match: { expected: 'an object', accepts: isOptionsObject },
  fault: required({
    expected: 'a fault, or a non-empty array of faults',
    accepts: (value) => isOptionsObject(value) || (Array.isArray(value) && value.length > 0),
    copy: copyArray,
  }),
  times: wholeNumber(0),
  probability: numberBetween(0, 1),
}

/** Settles a rule. @throws LastbyteError BAD_FAULT, naming the member that is wrong */
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

/** Settles a fault. @throws LastbyteError BAD_FAULT, with the path of the member that is wrong */
export function settleFault(fault: unknown, path: string): Fault {
  const given = readMember(path, fault, OBJECT) as { readonly kind?: unknown }
  const kind = readMember(`${path}.kind`, given.kind, KIND) as Fault['kind']
  return readMembers<Fault>(given, { kind: KIND, ...FAULT_KINDS[kind].members }, path)
}

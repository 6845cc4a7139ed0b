import { FAULT_KINDS, type Fault } from './fault-kinds.js'
import { type Match, settleMatch } from './request-match.js'
import { badFault, checkMembers, count, isObject, type Member, required } from './validate.js'

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

const RULE: Record<keyof FaultRule, Member> = {
  id: {
    wants: '1 to 64 letters, digits, dots, dashes or underscores',
    holds: (value) => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value),
  },
  match: { wants: 'an object', holds: isObject },
  fault: required({
    wants: 'a fault, or an array of faults',
    holds: (value) => isObject(value) || (Array.isArray(value) && value.length > 0),
  }),
  times: count('how often'),
  probability: {
    wants: 'a number from 0 to 1',
    holds: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  },
}

/** @throws LastbyteError BAD_FAULT, naming the member that is wrong */
export function settleRule(rule: unknown): SettledRule {
  if (!isObject(rule)) throw badFault('rule', 'wants an object with a member `fault`', rule)
  checkMembers(rule, RULE, '')
  const { id, match, fault, times, probability } = rule as unknown as FaultRule
  return Object.freeze({
    id,
    match: settleMatch(match ?? {}),
    faults: Array.isArray(fault)
      ? fault.map((each, index) => checkFault(each, `fault[${index}]`))
      : [checkFault(fault, 'fault')],
    times: times ?? Number.POSITIVE_INFINITY,
    probability: probability ?? 1,
  })
}

/** @throws LastbyteError BAD_FAULT */
export function checkFault(fault: unknown, path: string): Fault {
  if (!isObject(fault)) throw badFault(path, 'wants an object with a member `kind`', fault)
  const { kind, ...members } = fault
  if (typeof kind !== 'string' || !Object.hasOwn(FAULT_KINDS, kind)) {
    throw badFault(`${path}.kind`, `wants one of ${Object.keys(FAULT_KINDS).join(', ')}`, kind)
  }
  checkMembers(members, FAULT_KINDS[kind as Fault['kind']].members, `${path}.`)
  return Object.freeze(structuredClone(fault)) as unknown as Fault
}

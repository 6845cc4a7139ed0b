import { LastbyteError } from '../errors.js'
import {
  type Expectation,
  type Expectations,
  isOptionsObject,
  oneOf,
  required,
} from '../validation/expectation.js'
import { isWholeNumber } from '../validation/number-expectations.js'
import { type OptionError, withReceived } from '../validation/option-error.js'
import { readArgument, readOptions } from '../validation/read-options.js'

/** Whether a value is two offsets in ascending order. */
export function isPair(value: unknown): value is [number, number] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((each) => isWholeNumber(each) && each >= 0) &&
    value[0] <= value[1]
  )
}

/** A frozen copy of `{ [name]: [a, b] }`; anything else as it is. */
export const copyPair = (name: string) => (value: unknown) => {
  if (!isOptionsObject(value)) return value
  const pair: unknown = value[name]
  const copy = Array.isArray(pair) ? Object.freeze([...pair]) : pair
  return Object.freeze({ ...value, [name]: copy })
}

/** Whether a value has only this member, and that is a pair. */
export function hasPair(value: unknown, name: string): boolean {
  return isOptionsObject(value) && Object.keys(value).join() === name && isPair(value[name])
}

export const AT: Expectation = required({
  expected: 'an offset in bytes, or { "between": [a, b] }',
  accepts: (value) => (isWholeNumber(value) && value >= 0) || hasPair(value, 'between'),
  copy: copyPair('between'),
})

export const FROM: Expectation = oneOf('representation', 'response')

/** BAD_FAULT, with the path of the member as a fact. */
const faultError: OptionError = (member, message, _received, cause) => {
  return new LastbyteError('BAD_FAULT', message, { member }, cause === undefined ? {} : { cause })
}

/** Reads a part of a rule, whose members are reported as `${path}.${name}`. @throws LastbyteError BAD_FAULT */
export function readMembers<T extends object>(
  value: unknown,
  expectations: Expectations<T>,
  path: string,
): Readonly<T> {
  const name = path === '' ? 'rule' : path
  const prefix = path === '' ? '' : `${path}.`
  if (value === undefined) throw badFault(name, 'expected an object', value)
  return readOptions(value, expectations, { name, prefix, error: faultError })
}

/** Reads one value. @throws LastbyteError BAD_FAULT */
export function readMember(path: string, value: unknown, expectation: Expectation): unknown {
  return readArgument(path, value, expectation, faultError)
}

/**
 * BAD_FAULT for a member.
 *
 * @param member the path of the member, such as `fault.at`
 * @param problem such as `expected a string`
 */
export function badFault(member: string, problem: string, received: unknown): LastbyteError {
  return faultError(member, withReceived(member, problem, received), received)
}

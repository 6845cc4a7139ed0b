import { describeField } from '../subject/describe-field.js'
import { type Exchange, fieldOf } from '../subject/exchange.js'
import { type Finding, failed, PASSED } from '../subject/finding.js'

/** Which fields of a 200 another response to the same URL has. */
export interface RepeatedFields {
  /** Fields that the other response has, too, whatever their value. */
  readonly present?: readonly string[]
  /** Fields that have the same value in both. */
  readonly same?: readonly string[]
  /** Fields that the other response may lack, and otherwise have the same value. */
  readonly sameIfPresent?: readonly string[]
}

/** Whether a response has the fields of the 200. Fields that the 200 lacks don't matter. */
export function compareFields(
  whole: Exchange,
  other: Exchange,
  { present = [], same = [], sameIfPresent = [] }: RepeatedFields,
): Finding {
  const has = (name: string) => fieldOf(other, name) !== undefined
  const differs = (name: string) => fieldOf(whole, name) !== fieldOf(other, name)
  const wrong = [
    ...same.filter(differs),
    ...present.filter((name) => !has(name)),
    ...sameIfPresent.filter((name) => has(name) && differs(name)),
  ].filter((name) => fieldOf(whole, name) !== undefined)
  if (wrong.length === 0) return PASSED
  const of = (exchange: Exchange) => wrong.map((name) => describeField(exchange, name)).join(', ')
  return failed(other, `${of(whole)}, as in the 200`, of(other))
}

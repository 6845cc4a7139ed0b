import { parseEntityTag } from '../../http/entity-tag.js'
import { type Validator, validatorOf } from '../../resume/judge-response.js'
import { type Exchange, fieldOf } from './exchange.js'

/** The validator by which our client pins a version of a response (RFC 9110 §8.8). */
export function validatorOfExchange(exchange: Exchange): Validator {
  const head = { status: exchange.status, field: (name: string) => fieldOf(exchange, name) }
  return validatorOf(head, Date.now())
}

/** Whether one of the validators of a response is strong: its tag, or its date where that is a minute old. */
export function hasStrongValidator(exchange: Exchange): boolean {
  const withoutTag = exchange.lines.filter(([name]) => name.toLowerCase() !== 'etag')
  const kinds = [exchange, { ...exchange, lines: withoutTag }].map(
    (each) => validatorOfExchange(each).kind,
  )
  return kinds.includes('strong') || kinds.includes('date')
}

/** Whether the ETag of a response is weak. */
export function hasWeakTag(exchange: Exchange): boolean {
  return parseEntityTag(fieldOf(exchange, 'etag'))?.weak === true
}

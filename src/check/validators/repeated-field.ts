import { describeField } from '../subject/describe-field.js'
import { type Exchange, fieldOf } from '../subject/exchange.js'
import { type Finding, failed, PASSED, skipped } from '../subject/finding.js'
import { isOfRepresentation } from '../subject/small-request.js'

/** Whether all responses have the same value of a field, such as `ETag`. Responses with an error are left out. */
export function judgeRepeatedField(name: string, exchanges: readonly Exchange[]): Finding {
  const [first, ...others] = exchanges.filter(isOfRepresentation)
  if (first === undefined || others.length === 0) {
    return skipped(`the responses have the statuses ${exchanges.map(({ status }) => status)}`)
  }
  const other = others.find((each) => fieldOf(each, name) !== fieldOf(first, name))
  if (other === undefined) return PASSED
  const received = `${describeField(first, name)}, then ${describeField(other, name)}`
  return failed(other, `the same ${name} in each of ${exchanges.length} responses`, received)
}

import { LastbyteError } from '../../errors.js'
import type { Check } from '../subject/check-definition.js'
import { type Failure, failed, PASSED } from '../subject/finding.js'
import { describeRange } from '../subject/judge-slice.js'
import { LEFT } from '../subject/request-cost.js'
import type { Subject } from '../subject/subject.js'
import { isRefused } from './range-check.js'

/** A check of Range fields for which no slice can be sent. */
export interface UnservedCase
  extends Pick<Check, 'id' | 'requirement' | 'section' | 'harm' | 'strength'> {
  /** The values of the Range field. */
  readonly ranges: readonly string[]
  /** `allowed`: the server may refuse the request, by any status 4xx, instead of ignoring the field. */
  readonly refusal: 'allowed' | 'wrong'
}

/** Builds the check: sends each Range, and expects 200 or, where that is allowed, a refusal. */
export function unservedCheck({ ranges, refusal, ...about }: UnservedCase): Check {
  return {
    group: 'ranges',
    needs: ['ranges', 'size', 'bytes'],
    cost: { requests: ranges.length, bytes: ranges.length * LEFT },
    ...about,
    async run(subject) {
      const failures: (readonly [range: string, failure: Failure])[] = []
      for (const range of ranges) {
        const failure = await judgeUnserved(subject, range, refusal)
        if (failure !== undefined) failures.push([range, failure])
        // A server that has ended answers nothing else.
        if (failure !== undefined && failure.exchange === undefined) break
      }
      const [first, ...others] = failures
      if (first === undefined) return PASSED
      if (others.length === 0) return first[1]
      const also = others.map(([range]) => range).join(', ')
      return { ...first[1], received: `${first[1].received}; also wrong for ${also}` }
    },
  }
}

/** The failure of a server that answers a Range with a slice, or with an error of its own, or not at all. */
export async function judgeUnserved(
  subject: Subject,
  range: string,
  refusal: UnservedCase['refusal'],
): Promise<Failure | undefined> {
  const expected = `200${refusal === 'allowed' ? ' or a status 4xx' : ''} for Range: ${range}`
  try {
    const exchange = await subject.sendRange(range, {}, { read: 0 })
    if (exchange.status === 200 || (refusal === 'allowed' && isRefused(exchange))) return undefined
    return failed(exchange, expected, describeRange(exchange))
  } catch (error) {
    if (subject.signal.aborted || !(error instanceof LastbyteError)) throw error
    return failed(undefined, expected, `no response: ${error.message}`)
  }
}

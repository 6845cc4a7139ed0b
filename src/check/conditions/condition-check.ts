import type { Slice } from '../../http/byte-range.js'
import type { Check } from '../subject/check-definition.js'
import type { RequestFields } from '../subject/exchange.js'
import type { Facts } from '../subject/facts.js'
import { PASSED, skipped } from '../subject/finding.js'
import { HEAD, LEFT } from '../subject/request-cost.js'
import type { Subject } from '../subject/subject.js'
import { judgeOutcome, type Outcome } from './judge-outcome.js'

/** Bytes of a body that are read: a slice or an error page. A larger one is left. */
const READ = 4096

/** Bytes of a slice or an error page, as costs count them. */
const PAGE = 1024

/** A request with conditions. */
export interface ConditionRequest {
  /** Sent as Range: `[1, 3]` as `bytes=1-2`, `[1]` as `bytes=1-`. undefined: no Range. */
  readonly slice: readonly [start: number, end?: number] | undefined
  /** The conditions. */
  readonly fields: RequestFields
  /** What the server may do. */
  readonly allows: readonly [Outcome, ...Outcome[]]
}

/** A check that sends requests with conditions, until the response to one is none that is allowed. */
export interface ConditionCase
  extends Pick<Check, 'id' | 'requirement' | 'section' | 'strength' | 'level' | 'harm' | 'needs'> {
  /** How many requests are sent at most. Default 1. */
  readonly most?: number
  /** To how many of them the whole is the only response allowed. Default 0. */
  readonly wholes?: number
  /** The requests; none where the validators of the server can't be read. */
  requests(facts: Facts): readonly ConditionRequest[]
}

export function conditionCheck({
  requests,
  most = 1,
  wholes = 0,
  needs = [],
  ...about
}: ConditionCase): Check {
  return {
    group: 'conditions',
    needs: ['ranges', 'size', 'bytes', ...needs],
    cost: { requests: most, bytes: most * HEAD + wholes * LEFT + (most - wholes) * PAGE },
    ...about,
    async run(subject) {
      const rows = requests(subject.facts)
      if (rows.length === 0) return skipped('the validators of the server are malformed')
      for (const row of rows) {
        const finding = await runRow(subject, row)
        if (finding.kind !== 'passed') return finding
      }
      return PASSED
    },
  }
}

async function runRow(subject: Subject, { slice, fields, allows }: ConditionRequest) {
  const [start, end] = slice ?? [0]
  const last = end === undefined ? '' : String(end - 1)
  const range = slice === undefined ? undefined : `bytes=${start}-${last}`
  const exchange = await subject.send({ fields: { ...fields, range }, read: READ })
  const asked: Slice = { start, end: end ?? subject.size }
  return judgeOutcome(subject, exchange, { slice: asked, allows })
}

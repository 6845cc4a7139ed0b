import { parseEntityTag } from '../../http/entity-tag.js'
import { isStrongDate } from '../subject/strong-date.js'
import { conditionCheck } from './condition-check.js'
import { dateOf } from './sent-validators.js'

/**
 * A server may know that two versions share the second of Last-Modified, which makes the date a weak validator however
 * old it is (RFC 9110 §8.8.2.2). It is expected to trust the date only if it offers nothing better.
 */
export const ifRangeExactDate = conditionCheck({
  id: 'if-range-exact-date',
  requirement:
    'A Range with an If-Range of the exact Last-Modified is answered with the range; with 200 only if there is a strong ETag, or the date is younger than 60 s.',
  section: 'RFC 9110 §13.1.5, §8.8.2.2',
  strength: 'SHOULD',
  level: 'resumes',
  harm: 'A client that has the date and no strong ETag starts from the beginning each time: Chromium.',
  needs: ['last-modified'],
  requests: (facts) => {
    const date = dateOf(facts)
    if (date === undefined) return []
    const hasTag = parseEntityTag(facts.etag)?.weak === false
    const isInDoubt = hasTag || !isStrongDate(facts.whole)
    const allows = isInDoubt ? (['slice', 'whole'] as const) : (['slice'] as const)
    return [{ slice: [2, 4], fields: { 'if-range': date }, allows }]
  },
})

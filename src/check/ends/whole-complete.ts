import type { Check } from '../subject/check-definition.js'
import type { End } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'

const RECEIVED: Readonly<Record<Exclude<End, 'complete' | 'left'>, string>> = {
  short: 'the connection ended before the end of the body',
  reset: 'the body was reset',
  stalled: 'no further byte came within the timeout',
}

export const wholeComplete: Check = {
  id: 'whole-complete',
  group: 'ends',
  requirement: 'A response to a GET without Range has all bytes of its body.',
  section: 'RFC 9112 §8',
  strength: 'MUST',
  level: 'resumes',
  harm: 'No download ends: every client gets an incomplete file, or an error at its end.',
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { whole } }) {
    if (whole.end === 'complete') return PASSED
    if (whole.end === 'left') return skipped('the body is too long to be read whole')
    return failed(
      whole,
      'the body to its end',
      `${whole.body.length} bytes, then ${RECEIVED[whole.end]}`,
    )
  },
}

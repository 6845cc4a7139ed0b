import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { contentLength, type Exchange, fieldOf } from '../subject/exchange.js'
import { failed, PASSED } from '../subject/finding.js'

export const endFramed: Check = {
  id: 'end-framed',
  group: 'ends',
  requirement: 'A body has a Content-Length or is chunked, so that a cut shows.',
  section: 'RFC 9112 §6.3',
  strength: 'SHOULD',
  level: 'resumes',
  harm: 'Half a file looks complete where the connection breaks, to every client: curl and wget report success.',
  needs: ['http/1.1'],
  cost: { requests: 0, bytes: 0 },
  async run({ facts: { whole, ranged } }) {
    const unframed = [whole, ranged].find((exchange) => !isFramed(exchange))
    if (unframed === undefined) return PASSED
    const received = ['Content-Length', 'Transfer-Encoding'].map((name) =>
      describeField(unframed, name),
    )
    return failed(unframed, 'Content-Length or Transfer-Encoding: chunked', received.join(', '))
  },
}

function isFramed(exchange: Exchange): boolean {
  const codings = fieldOf(exchange, 'transfer-encoding') ?? ''
  return contentLength(exchange) !== undefined || /\bchunked\s*$/i.test(codings)
}

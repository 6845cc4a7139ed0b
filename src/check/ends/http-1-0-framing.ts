import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED } from '../subject/finding.js'

export const http10Framing: Check = {
  id: 'http-1-0-framing',
  group: 'ends',
  requirement: 'The response to an HTTP/1.0 request has no Transfer-Encoding.',
  section: 'RFC 9112 §6.1',
  strength: 'MUST',
  harm: 'A client of HTTP/1.0 writes the sizes of the chunks into the file.',
  needs: ['http/1.1'],
  cost: { requests: 1, bytes: 64 * 1024 },
  async run(subject) {
    const exchange = await subject.send({ version: '1.0', read: 1 })
    if (fieldOf(exchange, 'transfer-encoding') === undefined) return PASSED
    const received = describeField(exchange, 'Transfer-Encoding')
    return failed(exchange, 'no Transfer-Encoding', received)
  },
}

import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { SMALL, sendSmall } from '../subject/small-request.js'

/** Fields that a page needs to resume, and cannot read unless they are exposed. Content-Length it always can. */
const NEEDED = ['Content-Range', 'ETag', 'Accept-Ranges', 'Repr-Digest', 'Digest']

/** The origin of the page, where no `Origin` is given for each request. */
const ORIGIN = 'https://page.example'

export const corsExposesFields: Check = {
  id: 'cors-exposes-fields',
  group: 'advice',
  requirement:
    'A server that lets pages of other origins read its responses exposes Content-Range, ETag and Accept-Ranges to them.',
  section: 'Fetch Standard, CORS protocol',
  strength: 'advice',
  harm: 'A page can neither learn the size and version nor resume: lastbyte in a browser, hls.js, pdf.js.',
  cost: { requests: 1, bytes: SMALL },
  async run(subject) {
    const { origin = ORIGIN } = subject.facts.whole.request.fields
    const exchange = await sendSmall(subject, 9, { origin })
    const allowed = fieldOf(exchange, 'access-control-allow-origin')
    if (allowed !== '*' && allowed !== origin) {
      return skipped('the server does not let pages of other origins read its responses')
    }
    const exposed = namesOf(fieldOf(exchange, 'access-control-expose-headers'))
    const hidden = NEEDED.filter(
      (name) => fieldOf(exchange, name) !== undefined && !exposed.includes(name.toLowerCase()),
    )
    if (exposed.includes('*') || hidden.length === 0) return PASSED
    const expected = `Access-Control-Expose-Headers with ${hidden.join(', ')}`
    return failed(exchange, expected, describeField(exchange, 'Access-Control-Expose-Headers'))
  },
}

function namesOf(field = ''): readonly string[] {
  return field.split(',').map((name) => name.trim().toLowerCase())
}

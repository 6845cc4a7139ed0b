import { parseContentRange } from '../../http/content-range.js'
import { parseEntityTag, strongMatch } from '../../http/entity-tag.js'
import type { Check } from '../subject/check-definition.js'
import { contentLength, type Exchange, fieldOf } from '../subject/exchange.js'
import { type Failure, type Finding, failed, PASSED } from '../subject/finding.js'
import { describeRange, judgeBody, judgeBytes } from '../subject/judge-slice.js'
import type { Subject } from '../subject/subject.js'

/** More than the 1 KiB from which compressing middleware begins to act. */
const RANGE = 'bytes=1-2048'
const MOST_BYTES = 2048
/** Bytes of the whole to compare a range with. */
const READ = 4096

export const codingsNotMixed: Check = {
  id: 'codings-not-mixed',
  group: 'agreement',
  requirement:
    'With Accept-Encoding: gzip, the bytes, the ETag and the size of a range are those of one coding.',
  section: 'RFC 9110 §8.8.3.3',
  strength: 'MUST',
  level: 'safe',
  harm: 'The end of the plain file is joined to the beginning of the compressed one: browsers, caches, curl --compressed.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 2, bytes: 2 * 64 * 1024 },
  async run(subject) {
    const fields = { 'accept-encoding': 'gzip' }
    const ranged = await subject.sendRange(RANGE, fields, { read: MOST_BYTES + 1 })
    if (ranged.status !== 206) return PASSED
    const whole = await subject.send({ fields, read: READ })
    if (whole.status !== 200) return PASSED
    const parsed = parseContentRange(fieldOf(ranged, 'content-range'))
    if (parsed?.kind !== 'slice') {
      return failed(
        ranged,
        'a Content-Range with a first and a last position',
        describeRange(ranged),
      )
    }
    const { start, end } = parsed.slice
    const failure = judgeBody(ranged, end - start) ?? judgeTags(subject, whole, ranged)
    if (failure !== undefined) return failure
    const part = { exchange: ranged, start, total: parsed.total }
    return codingOf(ranged) === undefined
      ? judgePlain(subject, part)
      : judgeCoded(subject, part, whole)
  },
}

/** A 206, where its bytes begin, and the size that it tells. */
interface Part {
  readonly exchange: Exchange
  readonly start: number
  readonly total: number | undefined
}

/** The failure of a range that has the strong ETag of a response with another coding. */
function judgeTags({ facts }: Subject, whole: Exchange, ranged: Exchange): Failure | undefined {
  const other = [whole, facts.whole].find(
    (each) => codingOf(each) !== codingOf(ranged) && isTaggedAlike(each, ranged),
  )
  if (other === undefined) return undefined
  const expected = `another ETag with ${nameCoding(ranged)} than with ${nameCoding(other)}`
  return failed(ranged, expected, `ETag: ${fieldOf(ranged, 'etag') ?? 'none'} with both`)
}

/** Without ETags, too, a client can't tell two responses apart. A weak one warns it (RFC 9110 §13.1.5). */
function isTaggedAlike(a: Exchange, b: Exchange): boolean {
  const [one, other] = [fieldOf(a, 'etag'), fieldOf(b, 'etag')]
  if (one === undefined && other === undefined) return true
  return strongMatch(parseEntityTag(one), parseEntityTag(other))
}

function judgePlain(subject: Subject, { exchange, start, total }: Part): Finding {
  if (total === subject.size) return judgeBytes(subject, exchange, start)
  return failed(exchange, `a Content-Range of ${subject.size} bytes`, describeRange(exchange))
}

function judgeCoded(
  { facts, size }: Subject,
  { exchange, start, total }: Part,
  whole: Exchange,
): Finding {
  const coding = nameCoding(exchange)
  const isSameCoding = codingOf(whole) === codingOf(exchange)
  const announced = isSameCoding ? contentLength(whole) : undefined
  const isOfPlain = codingOf(facts.whole) === undefined && total === size && announced !== size
  if (isOfPlain || (announced !== undefined && announced !== total)) {
    const expected = `a Content-Range of the representation with ${coding}`
    return failed(exchange, expected, `${describeRange(exchange)} and ${coding}`)
  }
  const known = isSameCoding ? whole.body.subarray(start) : Buffer.alloc(0)
  const length = Math.min(known.length, exchange.body.length)
  if (known.subarray(0, length).equals(exchange.body.subarray(0, length))) return PASSED
  return failed(exchange, `the bytes of the whole with ${coding}`, 'other bytes')
}

function codingOf(exchange: Exchange): string | undefined {
  const coding = fieldOf(exchange, 'content-encoding')?.trim().toLowerCase()
  return coding === 'identity' || coding === '' ? undefined : coding
}

function nameCoding(exchange: Exchange): string {
  const coding = codingOf(exchange)
  return coding === undefined ? 'no Content-Encoding' : `Content-Encoding: ${coding}`
}

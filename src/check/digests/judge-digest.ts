import { BoundReached } from '../subject/budget.js'
import { type Exchange, fieldOf } from '../subject/exchange.js'
import { type Failure, type Finding, failed, PASSED, skipped } from '../subject/finding.js'
import type { Subject } from '../subject/subject.js'
import { type DigestField, digestOf, isVerifiable } from './digest-field.js'

/** Whether two responses are of the same version of the representation. */
export type IsSameVersion = (one: Exchange, other: Exchange) => boolean

export const hasSameEtag: IsSameVersion = (one, other) =>
  fieldOf(one, 'etag') === fieldOf(other, 'etag')

/** Compares the digests of a field with those of the bytes that it is about. */
export function judgeDigest(exchange: Exchange, field: DigestField, bytes: Buffer): Finding {
  const value = fieldOf(exchange, field.name)
  if (value === undefined) return skipped(`the response has no ${field.name}`)
  const digests = field.parse(value)
  const received = `${field.name}: ${value}`
  if (digests === undefined) return failed(exchange, `a well-formed ${field.name}`, received)
  const verifiable = digests.filter(isVerifiable)
  if (verifiable.length === 0) {
    const names = digests.map(({ algorithm }) => algorithm).join(', ')
    return skipped(`${field.name} has ${names} only, which proves nothing; sha-256 does`)
  }
  const wrong = verifiable.find(({ algorithm, base64 }) => base64 !== digestOf(algorithm, bytes))
  if (wrong === undefined) return PASSED
  const expected = `${field.name}: ${field.format(wrong.algorithm, bytes)}, of ${bytes.length} bytes`
  return failed(exchange, expected, received)
}

/**
 * Judges a field that is about the whole representation. Where the bound does not allow to receive that, the field is
 * at least the same in all responses.
 *
 * @throws BoundReached where the whole is larger than the bound allows, and the responses agree
 */
export async function judgeOfWhole(
  subject: Subject,
  exchanges: readonly Exchange[],
  field: DigestField,
  isSameVersion: IsSameVersion = hasSameEtag,
): Promise<Finding> {
  const announcing = exchanges.filter((each) => announces(each, field))
  if (announcing.length === 0) return skipped(`the server announces no ${field.name}`)
  const unusable = announcing.map((each) => judgeUse(each, field)).find((each) => each !== PASSED)
  if (unusable !== undefined) return unusable
  const whole = await wholeOr(subject, () => findDifference(announcing, field, isSameVersion))
  if ('kind' in whole) return whole
  if (whole.status !== 200 || whole.end !== 'complete') {
    return skipped(`the whole was not received: status ${whole.status}, end: ${whole.end}`)
  }
  const ofVersion = announcing.filter((each) => isSameVersion(each, whole))
  const findings = ofVersion.map((each) => judgeDigest(each, field, whole.body))
  const failure = findings.find(({ kind }) => kind === 'failed')
  return failure ?? findings[0] ?? skipped('the representation has changed meanwhile')
}

/** Whether a response is of the representation and has the field. */
export function announces(exchange: Exchange, { name }: DigestField): boolean {
  return exchange.status < 300 && fieldOf(exchange, name) !== undefined
}

/** The failure of two responses of one version that announce different digests of it by one algorithm. */
export function findDifference(
  exchanges: readonly Exchange[],
  field: DigestField,
  isSameVersion: IsSameVersion = hasSameEtag,
): Failure | undefined {
  const [first, ...others] = exchanges
  if (first === undefined) return undefined
  const other = others.find((each) => isSameVersion(each, first) && differs(field, each, first))
  if (other === undefined) return undefined
  const { method, fields } = first.request
  const where = fields.range === undefined ? method : `${method} of ${fields.range}`
  const expected = `${field.name}: ${fieldOf(first, field.name)}, as in the response to ${where}`
  return failed(other, expected, `${field.name}: ${fieldOf(other, field.name)}`)
}

/** A malformed field, or one without a digest that can be verified, is found without the bytes. */
function judgeUse(exchange: Exchange, field: DigestField): Finding {
  const finding = judgeDigest(exchange, field, Buffer.alloc(0))
  const digests = field.parse(fieldOf(exchange, field.name) ?? '')
  return digests?.some(isVerifiable) ? PASSED : finding
}

async function wholeOr(
  subject: Subject,
  otherwise: () => Finding | undefined,
): Promise<Exchange | Finding> {
  try {
    return await subject.whole()
  } catch (error) {
    const finding = error instanceof BoundReached ? otherwise() : undefined
    if (finding === undefined) throw error
    return finding
  }
}

function differs(field: DigestField, one: Exchange, other: Exchange): boolean {
  const digestsOf = (exchange: Exchange) => field.parse(fieldOf(exchange, field.name) ?? '') ?? []
  const digests = new Map(digestsOf(one).map(({ algorithm, base64 }) => [algorithm, base64]))
  return digestsOf(other).some(({ algorithm, base64 }) => {
    const value = digests.get(algorithm)
    return value !== undefined && value !== base64
  })
}

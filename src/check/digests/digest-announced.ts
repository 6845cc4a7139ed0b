import { setTimeout as pause } from 'node:timers/promises'
import type { Check } from '../subject/check-definition.js'
import { type Exchange, fieldOf } from '../subject/exchange.js'
import { failed, PASSED } from '../subject/finding.js'
import { SMALL } from '../subject/small-request.js'
import type { Subject } from '../subject/subject.js'
import { type DigestField, dictionaryField, isVerifiable, LEGACY_FIELD } from './digest-field.js'
import { PART, WANTS } from './digest-requests.js'
import { announces } from './judge-digest.js'
import { metalinkUrl } from './metalink.js'

/** The fields with a digest of the whole representation. */
const FIELDS = [dictionaryField('Repr-Digest'), LEGACY_FIELD, dictionaryField('Unencoded-Digest')]

/** ms between requests. A server may compute the digest of a large file while it responds without. */
const PAUSES = [250, 1000, 4000]
/** The last pause is for files of which a server computes the digest for longer than the other two. */
const LONG_TO_DIGEST = 64 * 1024 * 1024

export const digestAnnounced: Check = {
  id: 'digest-announced',
  group: 'digests',
  requirement:
    'The server announces a SHA-256 or SHA-512 of the whole representation: by Repr-Digest, Digest, Unencoded-Digest or a Metalink file.',
  section: 'RFC 9530 §3',
  strength: 'advice',
  level: 'proves',
  harm: 'No client can verify what it has received: lastbyte and aria2 would, wget2 by a Metalink file.',
  cost: { requests: 2 + PAUSES.length, bytes: (2 + PAUSES.length) * SMALL + PART },
  async run(subject) {
    const { whole, ranged } = subject.facts
    if (metalinkUrl(whole) !== undefined || announcesAny(whole) || announcesAny(ranged)) {
      return PASSED
    }
    let exchange = await subject.send({ method: 'HEAD', fields: WANTS })
    if (announcesAny(exchange)) return PASSED
    for (const ms of pausesFor(subject)) {
      await pause(ms, undefined, { signal: subject.signal })
      exchange = await subject.send({ method: 'HEAD', fields: WANTS })
      if (announcesAny(exchange)) return PASSED
    }
    const part = await requestAny(subject)
    if (part !== undefined && announcesAny(part)) return PASSED
    return failed(exchange, 'Repr-Digest with sha-256 or sha-512', describeDigests(exchange))
  },
}

function pausesFor({ facts, size }: Subject): readonly number[] {
  if (facts.whole.end === 'complete') return []
  return size < LONG_TO_DIGEST ? PAUSES.slice(0, 2) : PAUSES
}

/** A server may add digests to the responses to GET only. */
async function requestAny(subject: Subject): Promise<Exchange | undefined> {
  if (!subject.facts.isRanged) return undefined
  return subject.sendRange(`bytes=0-${PART}`, WANTS, { read: PART + 1 })
}

function announcesAny(exchange: Exchange): boolean {
  return FIELDS.some((field) => announces(exchange, field) && hasVerifiable(exchange, field))
}

function hasVerifiable(exchange: Exchange, field: DigestField): boolean {
  return field.parse(fieldOf(exchange, field.name) ?? '')?.some(isVerifiable) === true
}

function describeDigests(exchange: Exchange): string {
  const found = FIELDS.flatMap(({ name }) => {
    const value = fieldOf(exchange, name)
    return value === undefined ? [] : [`${name}: ${value}`]
  })
  return found.length === 0 ? 'no digest' : found.join(', ')
}

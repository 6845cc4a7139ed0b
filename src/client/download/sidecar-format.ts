import type { Slice } from '../../http/byte-range.js'
import { type DigestValue, parseChecksum } from '../../http/digest-value.js'
import { parseEntityTag } from '../../http/entity-tag.js'
import { parseHttpDate } from '../../http/http-date.js'
import { parseJson } from '../../http/parse-json.js'
import type { Validator } from '../../resume/judge-response.js'
import type { Version } from '../pinned-version.js'
import { parseRun, type Run } from './run.js'

/** A version whose size is known, so that its missing slices are known too. */
export interface SizedVersion extends Version {
  readonly size: number
}

/** The size of a version that still grows, in its record. */
export const LIVE_SIZE = Number.MAX_SAFE_INTEGER

/** Whether the recorded version still grew when it was last read. */
export function isLive({ size }: SizedVersion): boolean {
  return size === LIVE_SIZE
}

/** The record of an incomplete download: what another process needs to resume it. */
export interface Sidecar {
  readonly url: string
  readonly version: SizedVersion
  /** The slices that are synced to the disk: sorted, disjoint and not adjacent. */
  readonly slices: readonly Slice[]
  /** The run that writes; undefined in a sidecar of an earlier release. */
  readonly run?: Run | undefined
}

/** The version of the format. A sidecar of another one is ignored. */
const FORMAT = 1

type Members = Readonly<Record<string, unknown>>

/** The JSON text of a sidecar. `held` is the format's name for the stored slices. */
export function formatSidecar({ url, version, slices, run }: Sidecar): string {
  const { validator, weakTag, size, ranges, digest, coding } = version
  const described = { validator, weakTag, size, ranges, digest }
  return JSON.stringify({ format: FORMAT, url, ...described, held: slices, coding, run })
}

/**
 * Parses a sidecar of this URL; undefined for damaged text, another format or another URL. Each
 * member is checked, because a wrong validator or slice would join the bytes of two versions.
 */
export function parseSidecar(text: string, url: string): Sidecar | undefined {
  const members = parseObject(text)
  if (members === undefined || members.format !== FORMAT || members.url !== url) return undefined
  const { size, ranges, coding, weakTag } = members
  const validator = parseValidator(members.validator)
  if (validator === undefined || !isCount(size)) return undefined
  if (ranges !== undefined && typeof ranges !== 'string') return undefined
  if (coding !== undefined && typeof coding !== 'string') return undefined
  if (weakTag !== undefined && !isWeakTag(weakTag)) return undefined
  const digest = parseDigestMember(members.digest)
  if (digest === 'invalid' || !areSlices(members.held, size)) return undefined
  const version = { validator, weakTag, size, ranges, digest, coding }
  return { url, version, slices: members.held, run: parseRun(members.run) }
}

/** The run in the text of a sidecar, whatever its URL is; undefined if there is none. */
export function parseRunOf(text: string): Run | undefined {
  return parseRun(parseObject(text)?.run)
}

function parseObject(text: string): Members | undefined {
  try {
    const value = parseJson(text)
    return typeof value === 'object' && value !== null ? (value as Members) : undefined
  } catch {
    return undefined
  }
}

function parseValidator(value: unknown): Validator | undefined {
  const { kind, etag, lastModified, field } = (value ?? {}) as Members
  switch (kind) {
    case 'strong':
      return typeof etag === 'string' && parseEntityTag(etag)?.weak === false
        ? { kind, etag }
        : undefined
    case 'date':
      return isHttpDate(lastModified) ? { kind, lastModified } : undefined
    case 'weak':
      return isHttpDate(field) || (typeof field === 'string' && parseEntityTag(field))
        ? { kind, field }
        : undefined
    default:
      return undefined
  }
}

function parseDigestMember(value: unknown): DigestValue | undefined | 'invalid' {
  if (value === undefined) return undefined
  const { algorithm, hex } = (value ?? {}) as Members
  if (typeof algorithm !== 'string' || typeof hex !== 'string') return 'invalid'
  return parseChecksum(`${algorithm}:${hex}`) ?? 'invalid'
}

/** Whether the value is a list of sorted, disjoint and not adjacent slices of [0, size). */
function areSlices(value: unknown, size: number): value is readonly Slice[] {
  if (!Array.isArray(value)) return false
  let previousEnd = -1
  return value.every((slice: unknown) => {
    const { start, end } = (slice ?? {}) as Members
    const isValid = isCount(start) && isCount(end) && previousEnd < start && start < end
    previousEnd = Number(end)
    return isValid && previousEnd <= size
  })
}

function isWeakTag(value: unknown): value is string {
  return typeof value === 'string' && parseEntityTag(value)?.weak === true
}

function isHttpDate(value: unknown): value is string {
  return typeof value === 'string' && parseHttpDate(value, Date.now()) !== undefined
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

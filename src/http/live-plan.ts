import { pinnedMember, prefixTag } from './chain-tag.js'
import { formatContentRange } from './content-range.js'
import { type DeliveryPlan, planDelivery, type SelectedRepresentation } from './delivery-plan.js'
import { parseLiveRange } from './live-range.js'
import { judgePreconditions, type RequestFields, singleValue } from './precondition.js'

/**
 * The versions of a file that grows, or that has grown and is finished, in the `facts` of a representation.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type Representation, type VersionChain } from 'lastbyte'
 *
 * const chain: VersionChain = { tag: '"show"', state: 'growing' }
 * const said = Buffer.from('Hello ')
 * const representation: Representation = {
 *   facts: { name: 'show', contentType: 'text/plain', size: said.length, etag: '"show.6"', chain },
 *   async *read({ start, end }) {
 *     yield said.subarray(start, end)
 *   },
 *   growth: {
 *     tag: chain.tag,
 *     async *follow(start) {
 *       yield said.subarray(start)
 *       yield Buffer.from('world')
 *     },
 *   },
 *   close: async () => {},
 * }
 * const app = Fastify()
 * await app.register(lastbyte, { source: { open: async () => ({ kind: 'representation', representation }) } })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * const live = await fetch(url, { headers: { range: 'bytes=0-9007199254740991' } })
 * assert.equal(await live.text(), 'Hello world')
 * assert.equal(await (await fetch(url)).text(), 'Hello ')
 * await app.close()
 * ```
 */
export interface VersionChain {
  /** The strong entity tag of the file from its first byte on, which is its ETag when it is finished. */
  readonly tag: string
  /** `growing`: bytes may follow those that it has. */
  readonly state: 'growing' | 'finished'
}

/** A plan for a file with a version chain, and the representation of the chain that it selects. */
export interface ChainPlan {
  readonly plan: DeliveryPlan | LivePlan
  readonly etag: string
  /** Bytes of the selected representation. */
  readonly size: number
}

/** The bytes from `start` on, and those to come (RFC 8673 §2.2). */
export interface LivePlan {
  readonly kind: 'live'
  readonly status: 206
  readonly start: number
  readonly contentRange: string
}

/** Conditions of caches, which say nothing about the bytes to come. */
const CACHE_CONDITIONS = { 'if-none-match': undefined, 'if-modified-since': undefined }

/**
 * Plans the response to a GET or HEAD for a file with a version chain. Without a tag of the chain in the request, the
 * bytes that the file has now are the representation, with a tag and a length of their own. A tag of the chain
 * selects what it names: the file itself, whose length is unknown as long as it grows, or the bytes that it had.
 *
 * @param selected the file as it is now; its `etag` is not used
 */
export function planChain(
  method: string,
  fields: RequestFields,
  selected: SelectedRepresentation,
  chain: VersionChain,
  now: number,
): ChainPlan {
  const { size } = selected
  const isGrowing = chain.state === 'growing'
  const present = isGrowing ? prefixTag(chain.tag, size) : chain.tag
  const pinned = pinnedMember(fields, chain.tag)
  // Bytes that the file no longer has can't be continued.
  const isHeld =
    pinned !== undefined && (pinned.member.kind === 'file' || pinned.member.size <= size)
  const member = isHeld ? pinned.member : undefined
  const held = isHeld ? pinned.tag : undefined
  const range = singleValue(fields.range)

  const live = isGrowing ? parseLiveRange(range, size) : undefined
  if (live !== undefined) {
    const validators = { ...selected, etag: held ?? chain.tag }
    // RFC 8673 defines ranges of HEAD too.
    const outcome = judgePreconditions('GET', { ...fields, ...CACHE_CONDITIONS }, validators, now)
    if (outcome.kind === 'failed') return failed(chain.tag, size)
    if (outcome.kind === 'proceed' && outcome.range === 'applies') {
      const { start, last } = live
      const contentRange = `bytes ${start}-${last}/*`
      return { plan: { kind: 'live', status: 206, start, contentRange }, etag: chain.tag, size }
    }
  } else if (isGrowing && range !== undefined && (method === 'HEAD' || member?.kind === 'file')) {
    const validators = { ...selected, etag: held ?? chain.tag }
    const plan = planDelivery('GET', { ...fields, ...CACHE_CONDITIONS }, validators, now)
    if (plan.kind === 'failed') return failed(chain.tag, size)
    if (plan.kind === 'unsatisfiable') return { plan, etag: chain.tag, size }
    if (plan.kind === 'slice') {
      const contentRange = formatContentRange(plan.slice, '*')
      return { plan: { ...plan, contentRange }, etag: chain.tag, size }
    }
  }
  if (member?.kind === 'file' && isGrowing) {
    // If-Match is true of the file; no range of it was selected, so what it has now is sent.
    const plan = planDelivery(method, withoutPins(fields), { ...selected, etag: present }, now)
    return { plan, etag: present, size }
  }
  if (member?.kind === 'prefix' && held !== undefined) {
    if (firstPosition(range) < member.size) {
      const prefix = { ...selected, size: member.size, etag: held }
      return { plan: planDelivery(method, fields, prefix, now), etag: held, size: member.size }
    }
    // The client has all of the prefix, and asks for what follows.
    return {
      plan: planDelivery(method, fields, { ...selected, etag: held }, now),
      etag: present,
      size,
    }
  }
  return {
    plan: planDelivery(method, fields, { ...selected, etag: present }, now),
    etag: present,
    size,
  }
}

function failed(etag: string, size: number): ChainPlan {
  return { plan: { kind: 'failed', status: 412 }, etag, size }
}

function withoutPins(fields: RequestFields): RequestFields {
  return { ...fields, range: undefined, 'if-match': undefined, 'if-range': undefined }
}

/** The first byte of a Range field with one range that has a start; -1 for every other field, and none. */
function firstPosition(field: string | undefined): number {
  const [, first] = /^bytes=\s*(\d+)-\d*\s*$/i.exec(field ?? '') ?? []
  return first === undefined ? -1 : Number(first)
}

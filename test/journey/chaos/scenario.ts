import type { Fault, FaultRule, Offset } from '../../../src/testing/index.js'
import { Draw } from './draw.js'

/** What is served to whom, and what goes wrong with it: all of it drawn from one seed. */
export interface Scenario {
  readonly seed: number
  /** Bytes of the file. */
  readonly size: number
  /** Connections that aria2 may open. */
  readonly connections: 1 | 4
  readonly rules: readonly FaultRule[]
}

/** Small, since there are hundreds of runs. */
const SMALL = 600_000
/** aria2 splits nothing below two pieces of 1 MiB. */
const SPLIT = 2_300_000
export const SIZES = [SMALL, SPLIT] as const
/** More of those that give another version would only make the versions hard to enumerate. */
const MOST_VERSIONS = 2

type Words = { readonly [K in Exclude<Fault['kind'], 'goaway' | 'rst-stream'>]: Drawing }
type Drawing = (draw: Draw, size: number) => Fault

const WORDS: Words = {
  truncate: (draw, size) => ({ kind: 'truncate', ...placed(draw, size) }),
  'connection-reset': (draw, size) => ({ kind: 'connection-reset', ...placed(draw, size) }),
  'end-early': (draw, size) => ({ kind: 'end-early', ...placed(draw, size) }),
  'empty-response': () => ({ kind: 'empty-response' }),
  // One in eight lasts for ever: only the client's own patience ends it.
  stall: (draw, size) => {
    const lasting = draw.isHit(1 / 8) ? {} : { ms: draw.between(1, 120) }
    return { kind: 'stall', ...placed(draw, size), ...lasting }
  },
  latency: (draw) => ({ kind: 'latency', ms: draw.between(0, 60), jitter: draw.between(0, 40) }),
  throttle: (draw) => ({ kind: 'throttle', rate: draw.between(2_000_000, 8_000_000) }),
  slice: (draw) => ({ kind: 'slice', size: draw.between(8_000, 64_000), ms: draw.between(0, 1) }),
  corrupt: (draw, size) => ({
    kind: 'corrupt',
    ...placed(draw, size),
    length: draw.between(1, 5_000),
    mask: draw.between(1, 255),
  }),
  'malformed-chunk': (draw, size) => ({ kind: 'malformed-chunk', ...placed(draw, size) }),
  chunked: () => ({ kind: 'chunked' }),
  garbage: (draw, size) => ({
    kind: 'garbage',
    ...placed(draw, size),
    length: draw.oneOf([draw.between(1, 5_000), size]),
  }),
  status: (draw) => ({ kind: 'status', status: draw.oneOf([500, 503, 503, 404]), retryAfter: 0 }),
  'ignore-range': () => ({ kind: 'ignore-range' }),
  'wrong-content-range': (draw) => ({ kind: 'wrong-content-range', shift: draw.between(1, 9_000) }),
  'etag-flip': (draw) => ({ kind: 'etag-flip', ...versioned(draw) }),
  'content-change': (draw) => ({
    kind: 'content-change',
    etag: draw.oneOf(['changed', 'changed', 'kept']),
    ...versioned(draw),
  }),
  'source-error': (draw, size) => ({ kind: 'source-error', at: place(draw, size) }),
}

const KINDS = Object.keys(WORDS) as [keyof Words, ...(keyof Words)[]]

export function drawScenario(seed: number): Scenario {
  const draw = new Draw(seed)
  const connections = draw.isHit(1 / 2) ? 4 : 1
  const size = connections === 4 && draw.isHit(1 / 3) ? SPLIT : SMALL
  const rules: FaultRule[] = []
  let versions = 0
  for (let left = draw.between(1, 6); left > 0; left -= 1) {
    const fault = WORDS[draw.oneOf(KINDS)](draw, size)
    const makesVersion = fault.kind === 'etag-flip' || fault.kind === 'content-change'
    if (makesVersion) versions += 1
    if (makesVersion && versions > MOST_VERSIONS) continue
    const rule = { id: `${rules.length + 1}-${fault.kind}`, ...matched(draw), fault }
    rules.push(isLasting(fault) ? { ...rule, times: 1 } : rule)
  }
  return { seed, size, connections, rules }
}

/** Which requests, and how often: bounded, so that most clients come to an end. */
function matched(draw: Draw): Omit<FaultRule, 'fault'> {
  const times = draw.isHit(0.05) ? {} : { times: draw.between(1, 3) }
  const probability = draw.isHit(0.2) ? { probability: 0.5 } : {}
  const attempt = draw.isHit(0.2) ? { attempt: [draw.between(1, 3), draw.between(2, 5)] } : {}
  const range = draw.isHit(0.15) ? { range: draw.oneOf(['present', 'absent'] as const) } : {}
  return { match: { method: 'GET', ...attempt, ...range }, ...times, ...probability }
}

/** What only a client's patience ends takes seconds: once is enough. */
function isLasting(fault: Fault): boolean {
  return fault.kind === 'stall' && fault.ms === undefined
}

function placed(draw: Draw, size: number): { at: Offset; from?: 'response' } {
  return { at: place(draw, size), ...(draw.isHit(0.2) ? { from: 'response' as const } : {}) }
}

function place(draw: Draw, size: number): Offset {
  if (draw.isHit(0.05)) return draw.oneOf([0, 1, size - 1])
  const a = draw.between(0, size - 1)
  if (draw.isHit(0.6)) return a
  return { between: [a, draw.between(a, size - 1)] }
}

function versioned(draw: Draw): { version?: number } {
  return draw.isHit(0.5) ? { version: draw.between(1, 9) } : {}
}

import type { Fault, FaultRule, Offset } from '../../../src/testing/index.js'
import { SeededDraw } from './seeded-draw.js'

/** A file, a client setting and fault rules, all drawn from one seed. */
export interface Scenario {
  readonly seed: number
  /** Bytes of the file. */
  readonly size: number
  /** Connections that aria2 may open. */
  readonly connections: 1 | 4
  readonly rules: readonly FaultRule[]
}

/** Bytes of most files: small, since there are hundreds of runs. */
const SMALL = 600_000
/** Bytes of a file that aria2 splits into segments: more than two of 1 MiB. */
const SPLIT = 2_300_000
export const SIZES = [SMALL, SPLIT] as const
/** Faults of one scenario that make another version: every combination is enumerated. */
const MAX_VERSIONS = 2

/** Lies that no client can detect, and faults of HTTP/2, and of streams of events. */
type NotDrawn =
  | 'goaway'
  | 'rst-stream'
  | 'request-fields'
  | 'response-fields'
  | 'replace'
  | 'until-close'
  | 'no-close-notify'
  | 'desync'
  | 'hide-failure'
  | `event-${string}`
  | `upload-${string}`

type FaultDraws = { readonly [K in Exclude<Fault['kind'], NotDrawn>]: FaultDraw }
type FaultDraw = (draw: SeededDraw, size: number) => Fault

const FAULT_DRAWS: FaultDraws = {
  truncate: (draw, size) => ({ kind: 'truncate', ...offsetFields(draw, size) }),
  'connection-reset': (draw, size) => ({ kind: 'connection-reset', ...offsetFields(draw, size) }),
  'end-early': (draw, size) => ({ kind: 'end-early', ...offsetFields(draw, size) }),
  'empty-response': () => ({ kind: 'empty-response' }),
  // One stall in eight never ends by itself: only the client's stall timeout ends it.
  stall: (draw, size) => {
    const duration = draw.chance(1 / 8) ? {} : { ms: draw.between(1, 120) }
    return { kind: 'stall', ...offsetFields(draw, size), ...duration }
  },
  latency: (draw) => ({ kind: 'latency', ms: draw.between(0, 60), jitter: draw.between(0, 40) }),
  throttle: (draw) => ({ kind: 'throttle', rate: draw.between(2_000_000, 8_000_000) }),
  slice: (draw) => ({ kind: 'slice', size: draw.between(8_000, 64_000), ms: draw.between(0, 1) }),
  corrupt: (draw, size) => ({
    kind: 'corrupt',
    ...offsetFields(draw, size),
    length: draw.between(1, 5_000),
    mask: draw.between(1, 255),
  }),
  'malformed-chunk': (draw, size) => ({ kind: 'malformed-chunk', ...offsetFields(draw, size) }),
  chunked: () => ({ kind: 'chunked' }),
  garbage: (draw, size) => ({
    kind: 'garbage',
    ...offsetFields(draw, size),
    length: draw.oneOf([draw.between(1, 5_000), size]),
  }),
  status: (draw) => ({ kind: 'status', status: draw.oneOf([500, 503, 503, 404]), retryAfter: 0 }),
  'ignore-range': () => ({ kind: 'ignore-range' }),
  'wrong-content-range': (draw) => ({ kind: 'wrong-content-range', shift: draw.between(1, 9_000) }),
  'etag-flip': (draw) => ({ kind: 'etag-flip', ...versionFields(draw) }),
  'content-change': (draw) => ({
    kind: 'content-change',
    etag: draw.oneOf(['changed', 'changed', 'kept']),
    ...versionFields(draw),
  }),
  'source-error': (draw, size) => ({ kind: 'source-error', at: drawOffset(draw, size) }),
}

const KINDS = Object.keys(FAULT_DRAWS) as [keyof FaultDraws, ...(keyof FaultDraws)[]]

export function drawScenario(seed: number): Scenario {
  const draw = new SeededDraw(seed)
  const connections = draw.chance(1 / 2) ? 4 : 1
  const size = connections === 4 && draw.chance(1 / 3) ? SPLIT : SMALL
  const rules: FaultRule[] = []
  let versions = 0
  for (let count = draw.between(1, 6); count > 0; count -= 1) {
    const fault = FAULT_DRAWS[draw.oneOf(KINDS)](draw, size)
    const makesVersion = fault.kind === 'etag-flip' || fault.kind === 'content-change'
    if (makesVersion) versions += 1
    if (makesVersion && versions > MAX_VERSIONS) continue
    const rule = { id: `${rules.length + 1}-${fault.kind}`, ...ruleFields(draw), fault }
    rules.push(isEndlessStall(fault) ? { ...rule, times: 1 } : rule)
  }
  return { seed, size, connections, rules }
}

/** The requests that a rule matches, and how often; mostly bounded, so that clients can finish. */
function ruleFields(draw: SeededDraw): Omit<FaultRule, 'fault'> {
  const times = draw.chance(0.05) ? {} : { times: draw.between(1, 3) }
  const probability = draw.chance(0.2) ? { probability: 0.5 } : {}
  const attempt = draw.chance(0.2) ? { attempt: [draw.between(1, 3), draw.between(2, 5)] } : {}
  const range = draw.chance(0.15) ? { range: draw.oneOf(['present', 'absent'] as const) } : {}
  return { match: { method: 'GET', ...attempt, ...range }, ...times, ...probability }
}

/** Such a stall takes seconds until the client's timeout, so it is injected only once. */
function isEndlessStall(fault: Fault): boolean {
  return fault.kind === 'stall' && fault.ms === undefined
}

function offsetFields(draw: SeededDraw, size: number): { at: Offset; from?: 'response' } {
  return { at: drawOffset(draw, size), ...(draw.chance(0.2) ? { from: 'response' as const } : {}) }
}

function drawOffset(draw: SeededDraw, size: number): Offset {
  if (draw.chance(0.05)) return draw.oneOf([0, 1, size - 1])
  const a = draw.between(0, size - 1)
  if (draw.chance(0.6)) return a
  return { between: [a, draw.between(a, size - 1)] }
}

function versionFields(draw: SeededDraw): { version?: number } {
  return draw.chance(0.5) ? { version: draw.between(1, 9) } : {}
}

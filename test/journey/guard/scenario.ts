import type { Change, FaultRule } from './origin.js'

/** What happens, in order. */
export type Step =
  /** Until the position is reached; goes on where it isn't within `patience`. */
  | { readonly kind: 'play'; readonly to: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'kill' }
  | { readonly kind: 'start' }
  | { readonly kind: 'freeze' }
  | { readonly kind: 'thaw' }
  | { readonly kind: 'arm'; readonly rule: FaultRule }
  | { readonly kind: 'disarm'; readonly id: string }
  | { readonly kind: 'seek'; readonly to: number }
  | { readonly kind: 'change'; readonly how: Change }

export interface Scenario {
  readonly name: string
  /** Of the clip. */
  readonly seconds: number
  /** Armed before the page is opened. */
  readonly rules?: readonly FaultRule[]
  readonly steps: readonly Step[]
  /** A change stops the guarded video; everything else doesn't. @default 'plays' */
  readonly expects?: 'plays' | 'stops'
  /** Part of `npm run guard -- --long` alone. */
  readonly long?: true
}

const SECOND = 1_000
/** Of clips of scenarios in which little is lost. */
const CLIP = 16

const play = (to: number): Step => ({ kind: 'play', to })
const wait = (ms: number): Step => ({ kind: 'wait', ms })

function dead(name: string, ms: number): Scenario {
  return { name, seconds: CLIP, steps: [play(3), { kind: 'kill' }, wait(ms), { kind: 'start' }] }
}

function unavailable(retryAfter?: number): FaultRule {
  const fault = { kind: 'status', status: 503, ...(retryAfter !== undefined && { retryAfter }) }
  return { id: 'unavailable', fault }
}

function unavailableFirst(name: string, ms: number, retryAfter?: number): Scenario {
  const rules = [unavailable(retryAfter)]
  return { name, seconds: CLIP, rules, steps: [wait(ms), { kind: 'disarm', id: 'unavailable' }] }
}

/** The response that runs is cut a while after 503 is armed for later ones. */
function unavailableAfterCut(name: string, ms: number, retryAfter?: number): Scenario {
  const cut: FaultRule = { id: 'cut', fault: { kind: 'truncate', at: 700_000 }, times: 1 }
  const arm: Step = { kind: 'arm', rule: unavailable(retryAfter) }
  const steps: Step[] = [play(1), arm, play(6), wait(ms), { kind: 'disarm', id: 'unavailable' }]
  return { name, seconds: CLIP, rules: [cut], steps }
}

function rule(name: string, fault: FaultRule['fault'], times?: number): Scenario {
  const only = { id: 'rule', fault, ...(times !== undefined && { times }) }
  return { name, seconds: CLIP, rules: [only], steps: [] }
}

/** The events of the proof. A naked <video> is the control of each. */
export const SCENARIOS: readonly Scenario[] = [
  dead('server dead for 5 s', 5 * SECOND),
  { ...dead('server dead for 30 s', 30 * SECOND), long: true },
  { ...dead('server dead for 5 min', 300 * SECOND), long: true },
  unavailableFirst('first response 503 for 5 s', 5 * SECOND),
  { ...unavailableFirst('first response 503 for 20 s', 20 * SECOND), long: true },
  {
    ...unavailableFirst('first response 503 with Retry-After: 5 for 20 s', 20 * SECOND, 5),
    long: true,
  },
  unavailableAfterCut('503 with Retry-After: 2 for 5 s after a cut', 5 * SECOND, 2),
  { ...unavailableAfterCut('503 for 20 s after a cut', 20 * SECOND), long: true },
  rule('endless stall of a response', { kind: 'stall', at: 500_000 }, 1),
  {
    ...rule('endless stall of each response for 30 s', { kind: 'stall', at: 500_000 }),
    steps: [play(30), wait(30 * SECOND), { kind: 'disarm', id: 'rule' }],
    long: true,
  },
  {
    name: 'server hangs for 30 s',
    seconds: CLIP,
    steps: [play(3), { kind: 'freeze' }, wait(30 * SECOND), { kind: 'thaw' }],
    long: true,
  },
  rule('cut each 300 kB', { kind: 'truncate', at: 300_000, from: 'response' }),
  rule('reset each 300 kB', { kind: 'connection-reset', at: 300_000, from: 'response' }),
  rule('cut within the first 32 KiB', { kind: 'truncate', at: 20_000, from: 'response' }, 3),
  rule('no response, three times', { kind: 'empty-response' }, 3),
  {
    name: 'file replaced while it plays',
    seconds: CLIP,
    steps: [play(3), { kind: 'change', how: 'replace' }],
    expects: 'stops',
  },
  {
    name: 'file rewritten while it plays',
    seconds: CLIP,
    steps: [play(3), { kind: 'change', how: 'rewrite' }],
    expects: 'stops',
  },
  {
    name: 'file rewritten while the server is dead',
    seconds: CLIP,
    steps: [
      play(3),
      { kind: 'kill' },
      { kind: 'change', how: 'rewrite' },
      wait(2 * SECOND),
      { kind: 'start' },
    ],
    expects: 'stops',
  },
  {
    name: 'seek while the server is dead for 5 s',
    seconds: 22,
    steps: [
      play(3),
      { kind: 'kill' },
      wait(2 * SECOND),
      { kind: 'seek', to: 17 },
      wait(3 * SECOND),
      { kind: 'start' },
    ],
  },
  {
    name: 'seek while responses are 503 for 20 s',
    seconds: 22,
    steps: [
      play(2),
      { kind: 'arm', rule: unavailable() },
      { kind: 'seek', to: 17 },
      wait(20 * SECOND),
      { kind: 'disarm', id: 'unavailable' },
    ],
    long: true,
  },
]

import tap from 'tap'
import { BROWSERS, COMMAND } from '../fixture/browsers/test-browser.js'
import { inForm, isLong } from '../fixture/long-form.js'
import { needs } from '../fixture/process.js'
import { breaches } from './guard/breaches.js'
import type { GuardKind } from './guard/pages.js'
import { runAll } from './guard/run-all.js'
import type { Outcome } from './guard/run-scenario.js'
import { SCENARIOS, type Scenario } from './guard/scenario.js'
import { drawSequence } from './guard/sequence.js'
import { summary } from './guard/table.js'
import { trace } from './guard/trace.js'

/** Change it for other sequences; `npm run guard` draws a new one each time, and has the long events. */
const SEED = 1
/** In each browser; the short form has one, in the first browser. */
const SEQUENCES = inForm({ short: 1, long: 3 })
/** Pages that play at a time in each browser. */
const WIDTH = inForm({ short: 2, long: 4 })

/** Without the guard, a viewer loses these in both browsers. */
const CONTROLS = inForm({
  short: ['first response 503 for 5 s', 'endless stall of a response'],
  long: [
    'first response 503 for 5 s',
    '503 with Retry-After: 2 for 5 s after a cut',
    'endless stall of a response',
  ],
})
/** What the guard does without its service worker: the supervisor alone. */
const SUPERVISED = inForm({
  short: ['server dead for 5 s', 'file rewritten while it plays'],
  long: [
    'server dead for 5 s',
    '503 with Retry-After: 2 for 5 s after a cut',
    'endless stall of a response',
    'file rewritten while it plays',
  ],
})

const EVENTS = SCENARIOS.filter(({ long = false }) => !long)
const named = (names: readonly string[]) => EVENTS.filter(({ name }) => names.includes(name))

/** In the short form a browser gets every other case, the second one those that the first one leaves out. */
function shareOf<T>(browser: number, all: readonly T[]): readonly T[] {
  return isLong ? all : all.filter((_, index) => index % BROWSERS.length === browser)
}

const SEQUENCE_LIST = Array.from({ length: SEQUENCES }, (_, index) => drawSequence(SEED + index))

tap.setTimeout(600_000)
// Both at a time: a page mostly waits.
tap.jobs = BROWSERS.length

for (const [nth, browser] of BROWSERS.entries()) {
  tap.test(
    `a guarded <video> in ${browser} outlives its server, and never shows two versions`,
    { ...needs(COMMAND[browser], 'ffmpeg'), timeout: 600_000 },
    async (t) => {
      const plan = (guard: GuardKind, scenarios: readonly Scenario[]) =>
        scenarios.map((scenario) => ({ guard, scenario }))
      const outcomes = await runAll({
        browsers: [browser],
        tasks: [
          ...plan('guarded', [...shareOf(nth, EVENTS), ...shareOf(nth, SEQUENCE_LIST)]),
          ...plan('supervised', shareOf(nth, named(SUPERVISED))),
          ...plan('naked', shareOf(nth, named(CONTROLS))),
        ],
        width: WIDTH,
      })
      const titleOf = ({ scenario, guard }: Outcome) => `${scenario.name}, ${guard}`
      for (const outcome of outcomes) {
        const { guard, kind } = outcome
        if (guard === 'naked') {
          t.not(kind, 'played', `${titleOf(outcome)}: the control fails`)
          continue
        }
        const found = breaches(outcome)
        t.same(found, [], `${titleOf(outcome)}: ${summary(outcome)}`)
        if (found.length > 0) t.comment(trace(outcome).join('\n'))
      }
    },
  )
}

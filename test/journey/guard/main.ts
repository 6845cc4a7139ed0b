import { parseArgs } from 'node:util'
import { BROWSERS } from '../../fixture/browsers/test-browser.js'
import { breaches } from './breaches.js'
import { GUARDS } from './pages.js'
import { runAll } from './run-all.js'
import { SCENARIOS } from './scenario.js'
import { drawSequence } from './sequence.js'
import { summary, table } from './table.js'
import { trace } from './trace.js'

const { values } = parseArgs({
  options: {
    /** All events, such as five minutes without a server, and 50 sequences. */
    long: { type: 'boolean', default: false },
    /** The first of the sequences. */
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    sequences: { type: 'string' },
    /** A regular expression of names of events. */
    only: { type: 'string' },
    browser: { type: 'string' },
    guard: { type: 'string' },
    /** Pages that play at a time in each browser. */
    width: { type: 'string', default: '3' },
    /** Prints what happened to each element. */
    events: { type: 'boolean', default: false },
  },
})
const only = new RegExp(values.only ?? '')
const count = Number(values.sequences ?? (values.long ? 50 : 3))
const sequences = Array.from({ length: count }, (_, index) =>
  drawSequence(Number(values.seed) + index),
)
const all = [...SCENARIOS, ...sequences]
const isLong = values.long || values.only !== undefined
const scenarios = all.filter(({ name, long = false }) => only.test(name) && (isLong || !long))
const guards = GUARDS.filter((name) => name === (values.guard ?? name))
const began = Date.now()
console.log(`seed ${values.seed}`)
const outcomes = await runAll({
  browsers: BROWSERS.filter((name) => name === (values.browser ?? name)),
  tasks: guards.flatMap((guard) => scenarios.map((scenario) => ({ guard, scenario }))),
  width: Number(values.width),
  onBrowser: (version) => console.log(version),
  onOutcome: (outcome) => {
    const { scenario, browser, guard, back, first } = outcome
    const seconds = ((Date.now() - began) / 1_000).toFixed(0)
    console.log(`${seconds} s: ${scenario.name}, ${browser}, ${guard}: ${summary(outcome)}`)
    const unpainted = first.unpainted === 0 ? '' : `, ${first.unpainted.toFixed(1)} s unpainted`
    console.log(`  back after ${back?.toFixed(2)} s${unpainted}`)
    if (guard !== 'naked')
      for (const breach of breaches(outcome)) console.log(`  BREACH: ${breach}`)
    if (values.events) for (const line of trace(outcome)) console.log(`  ${line}`)
  },
})
const names = all.map(({ name }) => name)
console.log(table(outcomes, names))
const failed = outcomes.filter((one) => one.guard !== 'naked' && breaches(one).length > 0)
if (failed.length > 0) {
  console.error(`${failed.length} of ${outcomes.length} broke the promise; replay with --only NAME`)
  console.error(`and the sequences with --seed ${values.seed} --sequences ${count}`)
  process.exitCode = 1
}

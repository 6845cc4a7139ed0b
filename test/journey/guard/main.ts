import { parseArgs } from 'node:util'
import { BROWSERS } from '../../fixture/browsers/test-browser.js'
import { GUARDS } from './pages.js'
import { runAll } from './run-all.js'
import { SCENARIOS } from './scenario.js'
import { summary, table } from './table.js'

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    browser: { type: 'string' },
    guard: { type: 'string' },
    width: { type: 'string', default: '3' },
    events: { type: 'boolean', default: false },
  },
})
const only = new RegExp(values.only)
const began = Date.now()
const outcomes = await runAll({
  scenarios: SCENARIOS.filter(
    ({ name, long = false }) => only.test(name) && (values.long || !long || values.only !== ''),
  ),
  browsers: BROWSERS.filter((name) => name === (values.browser ?? name)),
  guards: GUARDS.filter((name) => name === (values.guard ?? name)),
  width: Number(values.width),
  onBrowser: (version) => console.log(version),
  onOutcome: (outcome) => {
    const { scenario, browser, guard, back, findings, unpainted, events } = outcome
    const seconds = ((Date.now() - began) / 1_000).toFixed(0)
    console.log(`${seconds} s: ${scenario.name}, ${browser}, ${guard}: ${summary(outcome)}`)
    console.log(
      `  back after ${back?.toFixed(2)} s; unpainted ${unpainted.toFixed(1)} s; ${findings.slice(0, 8).join('; ')}`,
    )
    if (!values.events) return
    for (const { at, type, position } of events) console.log(`  ${at - began} ${type} ${position}`)
  },
})
console.log(
  table(
    outcomes,
    SCENARIOS.map(({ name }) => name),
  ),
)

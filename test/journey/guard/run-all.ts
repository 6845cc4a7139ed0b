import { startBrowser } from '../../fixture/browsers/start-browser.js'
import type { BrowserName, TestBrowser } from '../../fixture/browsers/test-browser.js'
import type { GuardKind } from './pages.js'
import { type Outcome, runScenario } from './run-scenario.js'
import type { Scenario } from './scenario.js'

export interface Task {
  readonly guard: GuardKind
  readonly scenario: Scenario
}

export interface Plan {
  readonly browsers: readonly BrowserName[]
  readonly tasks: readonly Task[]
  /** Pages that play at a time in each browser. */
  readonly width: number
  readonly onOutcome?: (outcome: Outcome) => void
  /** Called with the version of each browser. */
  readonly onBrowser?: (version: string) => void
}

/** Plays each scenario in each browser. */
export async function runAll(plan: Plan): Promise<Outcome[]> {
  const outcomes = await Promise.all(plan.browsers.map((name) => runBrowser(name, plan)))
  return outcomes.flat()
}

async function runBrowser(name: BrowserName, plan: Plan): Promise<Outcome[]> {
  await using browser = await startBrowser(name)
  plan.onBrowser?.(browser.version)
  const tasks = [...plan.tasks]
  // The longest first: they run beside all others.
  tasks.sort((a, b) => waiting(b.scenario) - waiting(a.scenario))
  const outcomes: Outcome[] = []
  const work = async (browser: TestBrowser) => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      const outcome = await runScenario(browser, task.guard, task.scenario)
      outcomes.push(outcome)
      plan.onOutcome?.(outcome)
    }
  }
  await Promise.all(Array.from({ length: plan.width }, () => work(browser)))
  return outcomes
}

/** ms. */
function waiting({ steps, seconds }: Scenario): number {
  const waits = steps.map((step) => (step.kind === 'wait' ? step.ms : 0))
  return waits.reduce((sum, ms) => sum + ms, seconds * 1_000)
}

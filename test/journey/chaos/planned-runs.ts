import { type ClientName, DIRECT, type Run, runOnce } from './run.js'
import { drawScenario } from './scenario.js'
import { ScenarioServer } from './scenario-server.js'

/** Concurrent runs; most of them wait for a timeout or a delay. */
const CONCURRENCY = 4
/** Runs that share a server: its hash threads take half a second to start under a TypeScript loader. */
const RUNS_PER_SERVER = 60

export interface PlannedRun {
  readonly seed: number
  readonly client: ClientName
}

/** Each seed with each client. curl without a validator is known to splice and runs every other seed. */
export function planRuns(
  seeds: readonly number[],
  clients: readonly ClientName[] = DIRECT,
): PlannedRun[] {
  return seeds.flatMap((seed) => {
    return clients
      .filter((client) => client !== 'curl-plain' || seed % 2 === 0)
      .map((client) => ({ seed, client }))
  })
}

/** Executes all planned runs. `each` is called with every run as soon as it has finished. */
export async function runAll(
  all: readonly PlannedRun[],
  each: (run: Run) => void = () => {},
): Promise<Run[]> {
  const remaining = [...all]
  const runs: Run[] = []
  const work = async () => {
    while (remaining.length > 0) {
      await using server = await ScenarioServer.open()
      for (const { seed, client } of remaining.splice(0, RUNS_PER_SERVER)) {
        const run = await runOnce(server, drawScenario(seed), client).catch((cause) => {
          const replay = `npm run chaos -- --seed ${seed} --client ${client}`
          throw new Error(`seed ${seed}, ${client}: ${cause.message}; replay: ${replay}`, { cause })
        })
        runs.push(run)
        each(run)
      }
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  return runs
}

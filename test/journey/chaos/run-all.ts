import { type ClientName, DIRECT, type Run, runOnce } from './run.js'
import { drawScenario } from './scenario.js'
import { Stage } from './stage.js'

/** Runs at a time: most of them wait most of the time. */
const AT_ONCE = 4
/** Runs on one server: its hash threads take half a second to start under a TypeScript loader. */
const ON_ONE_STAGE = 60

export interface Play {
  readonly seed: number
  readonly client: ClientName
}

/** Each seed against each client; curl without a validator, a known splicer, gets every other seed. */
export function playsFor(
  seeds: readonly number[],
  clients: readonly ClientName[] = DIRECT,
): Play[] {
  return seeds.flatMap((seed) => {
    return clients
      .filter((client) => client !== 'curl-plain' || seed % 2 === 0)
      .map((client) => ({ seed, client }))
  })
}

/** Plays all of them. `each` is told of every run as soon as it is over. */
export async function runAll(
  all: readonly Play[],
  each: (run: Run) => void = () => {},
): Promise<Run[]> {
  const plays = [...all]
  const runs: Run[] = []
  const work = async () => {
    while (plays.length > 0) {
      await using stage = await Stage.open()
      for (const { seed, client } of plays.splice(0, ON_ONE_STAGE)) {
        const run = await runOnce(stage, drawScenario(seed), client).catch((cause) => {
          const replay = `npm run chaos -- --seed ${seed} --client ${client}`
          throw new Error(`seed ${seed}, ${client}: ${cause.message}; replay: ${replay}`, { cause })
        })
        runs.push(run)
        each(run)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return runs
}

import tap from 'tap'
import { inForm } from '../fixture/long-form.js'
import { needs } from '../fixture/process.js'
import { readSeedRange } from './chaos/seed-range.js'
import { describeResult, planOf, runSeed } from './replay/run.js'
import { openStore } from './replay/store.js'
import { Workers } from './replay/workers.js'

/** `npm run replay` runs 1,000. */
const SEEDS = readSeedRange(inForm({ short: '6', long: '100' }))
/** ms; a seed takes about 2 s on two idle cores. */
const TIMEOUT = SEEDS.length * 30_000

tap.setTimeout(2 * TIMEOUT)

for (const kind of ['file', 'redis'] as const) {
  tap.test(
    `no event of a stream is lost, duplicated or out of order under kills, with the log ${kind}`,
    { ...needs(...(kind === 'redis' ? ['redis-server'] : [])), timeout: TIMEOUT },
    async (t) => {
      await using store = await openStore(kind)
      await using workers = await Workers.start(store, 2)
      let [kills, connections] = [0, 0]
      for (const seed of SEEDS) {
        const result = await runSeed(planOf(seed), store, workers)
        kills += result.plan.kills.length
        connections += result.connections
        t.same(result.violations, [], describeResult(result))
      }
      t.comment(`${SEEDS.length} seeds, ${kills} kills, ${connections} connections`)
      t.ok(connections > SEEDS.length * 4, 'the kills make readers connect again')
    },
  )
}

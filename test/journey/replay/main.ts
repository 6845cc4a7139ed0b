// The history checker: npm run replay -- --seeds 1-1000 --store file
import { parseArgs } from 'node:util'
import { readSeedRange } from '../chaos/seed-range.js'
import { describeResult, planOf, runSeed } from './run.js'
import { openStore, type StoreKind } from './store.js'
import { Workers } from './workers.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    store: { type: 'string', default: 'file,redis' },
  },
})

for (const kind of values.store.split(',') as StoreKind[]) {
  const began = performance.now()
  let [runs, kills, connections, wrong] = [0, 0, 0, 0]
  await using store = await openStore(kind)
  await using workers = await Workers.start(store, 2)
  for (const seed of readSeedRange(values.seeds)) {
    const result = await runSeed(planOf(seed), store, workers)
    runs += 1
    kills += result.plan.kills.length
    connections += result.connections
    if (result.violations.length > 0) {
      wrong += 1
      process.exitCode = 1
      console.error(describeResult(result))
    }
    if (runs % 10 === 0) console.log(`${kind}: ${runs} seeds, ${wrong} wrong`)
  }
  const seconds = Math.round((performance.now() - began) / 1000)
  console.log(
    `${kind}: ${runs} seeds, ${kills} kills, ${connections} connections, ${wrong} with a loss, a duplicate or disorder; ${seconds} s`,
  )
}

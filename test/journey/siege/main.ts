import { parseArgs } from 'node:util'
import { leaks } from './leaks.js'
import { runSiege } from './run.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    minutes: { type: 'string', default: '60' },
  },
})
const seed = Number(values.seed)
const minutes = Number(values.minutes)
for (const [name, value] of Object.entries({ seed, minutes })) {
  if (value > 0) continue
  throw new Error(
    `--${name}: expected a number above 0; received ${JSON.stringify(values[name as 'seed'])}`,
  )
}
console.log(`seed ${seed}, ${values.minutes} minutes`)
const result = await runSiege({
  seed,
  duration: minutes * 60_000,
  onFinding: (finding) => console.error(`${new Date().toISOString()} ${finding}`),
})
const { findings, complete, kills, before, after } = result
const memory = [before, after].map((usage) => Math.round(usage.memory / 1e6))
console.log(JSON.stringify({ complete, kills, memory }))
const left = leaks(result)
for (const leak of left) console.error(leak)
if (findings.length + left.length > 0) {
  console.error(`replay: npm run siege -- --seed ${seed} --minutes ${values.minutes}`)
  process.exitCode = 1
}

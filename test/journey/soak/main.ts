import { parseArgs } from 'node:util'
import { leaks, runSoak, type SoakResult } from './run.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    requests: { type: 'string', default: '100000' },
    from: { type: 'string', default: '0' },
  },
})
const seed = Number(values.seed)
console.log(`seed ${seed}`)
const began = performance.now()
const result = await runSoak({
  seed,
  requests: Number(values.requests),
  from: Number(values.from),
  onProgress: (sent) => {
    if (sent % 1_000 === 0) console.log(`${sent} requests, ${seconds()} s`)
  },
})
console.log(`${seconds()} s, ${JSON.stringify(result.statuses)}`)
for (const name of ['warm', 'after'] as const) console.log(name, describe(result[name]))
for (const failure of result.failures) console.error(failure)
for (const leak of leaks(result)) console.error(leak)
if (result.failures.length + leaks(result).length > 0) process.exitCode = 1

function seconds(): number {
  return Math.round((performance.now() - began) / 1_000)
}

function describe({ running, descriptors, memory, rss }: SoakResult['after']): string {
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`
  return `${running} transfers, ${descriptors.length} descriptors (${descriptors}), ${megabytes(memory)} heap, ${megabytes(rss)} RSS`
}

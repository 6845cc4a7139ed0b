import { parseArgs } from 'node:util'
import { killAgainAndAgain } from './kills.js'
import { report, seedsUpTo, summary } from './report.js'
import { CLIENT_NAMES, type ClientName, type Run, runOnce } from './run.js'
import { playsFor, runAll } from './run-all.js'
import { drawScenario } from './scenario.js'
import { Stage } from './stage.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    client: { type: 'string' },
    kills: { type: 'string' },
  },
})
const clients = CLIENT_NAMES.filter((name) => name === (values.client ?? name))

if (values.kills !== undefined) await kill(Number(values.kills))
else if (values.seed !== undefined) await replay(Number(values.seed), clients)
else await all(clients)

async function kill(kills: number): Promise<void> {
  const { isIdentical, again, ...met } = await killAgainAndAgain({ seed: 1, kills, size: 2 ** 30 })
  const share = `${(again * 100).toFixed(2)}%`
  console.log(`${met.kills} kills of one download of 1 GiB: ${share} was sent again for each`)
  console.log(isIdentical ? 'the file is identical' : 'the file is another')
  if (!isIdentical || again > 0.02) process.exitCode = 1
}

async function replay(seed: number, names: readonly ClientName[]): Promise<void> {
  const scenario = drawScenario(seed)
  console.log(`seed ${seed}: ${scenario.size} bytes, aria2 -x${scenario.connections}`)
  for (const rule of scenario.rules) console.log(`  ${JSON.stringify(rule)}`)
  for (const name of names) {
    await using stage = await Stage.open()
    const run = await runOnce(stage, scenario, name)
    console.log(
      `\n${name}: ${run.verdict.kind}${'why' in run.verdict ? `: ${run.verdict.why}` : ''}`,
    )
    for (const line of run.outcome.tries) console.log(`  ${line}`)
    for (const entry of run.journal) console.log(`  ${JSON.stringify(entry)}`)
    fail(run)
  }
}

async function all(names: readonly ClientName[]): Promise<void> {
  const runs = await runAll(playsFor(seedsUpTo(Number(values.seeds)), names), fail)
  console.log(summary(runs))
}

function fail(run: Run): void {
  const lines = report(run)
  if (lines.length === 0) return
  process.exitCode = 1
  console.error(lines.join('\n'))
}

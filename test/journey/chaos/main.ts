import { parseArgs } from 'node:util'
import { downloadThroughKills } from './kills.js'
import { planRuns, runAll } from './planned-runs.js'
import { report, summary } from './report.js'
import { CLIENT_NAMES, type ClientName, type Run, runOnce } from './run.js'
import { drawScenario } from './scenario.js'
import { ScenarioServer } from './scenario-server.js'
import { readSeedRange } from './seed-range.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    client: { type: 'string' },
    kills: { type: 'string' },
  },
})
const clients = CLIENT_NAMES.filter((name) => name === (values.client ?? name))

if (values.kills !== undefined) await runKills(Number(values.kills))
else if (values.seed !== undefined) await replay(Number(values.seed), clients)
else await runSeeds(clients)

async function runKills(kills: number): Promise<void> {
  const { isIdentical, resent, ...met } = await downloadThroughKills({
    seed: 1,
    kills,
    size: 2 ** 30,
  })
  const share = `${(resent * 100).toFixed(2)}%`
  console.log(
    `${met.kills} kills of one download of 1 GiB: ${share} of the file was sent again for each`,
  )
  console.log(isIdentical ? 'the file is identical' : 'the file is different')
  if (!isIdentical || resent > 0.02) process.exitCode = 1
}

async function replay(seed: number, names: readonly ClientName[]): Promise<void> {
  const scenario = drawScenario(seed)
  console.log(`seed ${seed}: ${scenario.size} bytes, aria2 -x${scenario.connections}`)
  for (const rule of scenario.rules) console.log(`  ${JSON.stringify(rule)}`)
  for (const name of names) {
    await using server = await ScenarioServer.open()
    const run = await runOnce(server, scenario, name)
    console.log(
      `\n${name}: ${run.verdict.kind}${'why' in run.verdict ? `: ${run.verdict.why}` : ''}`,
    )
    for (const line of run.outcome.tries) console.log(`  ${line}`)
    for (const entry of run.journal) console.log(`  ${JSON.stringify(entry)}`)
    reportFailure(run)
  }
}

async function runSeeds(names: readonly ClientName[]): Promise<void> {
  const runs = await runAll(planRuns(readSeedRange(values.seeds), names), reportFailure)
  console.log(summary(runs))
}

function reportFailure(run: Run): void {
  const lines = report(run)
  if (lines.length === 0) return
  process.exitCode = 1
  console.error(lines.join('\n'))
}

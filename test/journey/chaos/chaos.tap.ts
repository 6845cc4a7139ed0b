import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import tap from 'tap'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { isLong } from '../../fixture/long-form.js'
import { needs } from '../../fixture/process.js'
import { deterministicPart } from './determinism.js'
import { planRuns, runAll } from './planned-runs.js'
import { report, summary } from './report.js'
import { DIRECT, type Run } from './run.js'
import { SEEDS } from './seed-range.js'

/** ms for all runs; they take a third of it on two idle cores. */
const TIMEOUT = 600_000
/** Seeds that run twice, to compare their journals. */
const REPEATED_SEEDS = SEEDS.filter((seed) => seed % 10 === 0)

tap.setTimeout(TIMEOUT)

tap.test(
  'under random faults, every client ends with correct bytes or reports an error',
  { ...needs('curl', 'aria2c'), timeout: TIMEOUT },
  async (t) => {
    const before = sockets()
    const plays = planRuns(SEEDS)
    const runs = await runAll(plays)
    t.comment(summary(runs))

    for (const run of runs) {
      const lines = report(run)
      if (lines.length > 0) t.fail(lines.join('\n'))
    }
    t.equal(runs.length, plays.length)

    const countOf = (client: string, kind: string) => count(runs, client, kind)
    for (const client of DIRECT) {
      t.ok(countOf(client, 'whole') > SEEDS.length / 5, `${client} completes most downloads`)
    }
    // The scenarios must include faults that these clients can't detect, or the run would prove little.
    for (const client of ['curl-if-range', 'fetch', 'lastbyte']) {
      // lastbyte detects most of it by the digest: the seeds of the short form have no other.
      const isRare = client === 'lastbyte' && !isLong
      t.ok(
        isRare || countOf(client, 'explained corruption') > 0,
        `${client} receives corruption that no header field shows`,
      )
      t.equal(countOf(client, 'splice'), 0, `${client} never joins two versions`)
    }
    const isCaught = ({ client, outcome }: Run) =>
      client === 'lastbyte' && outcome.kind === 'failed' && /DIGEST_MIS/.test(outcome.reason)
    t.ok(
      runs.filter(isCaught).length > SEEDS.length / 10,
      'lastbyte detects by the digest what no header field shows',
    )
    t.ok(countOf('curl-plain', 'splice') > 0, 'curl without a validator joins two versions')

    t.same(
      runs.flatMap(injectedWithoutResponse),
      [],
      'no fault acts on a response that was never sent',
    )

    const first = new Map(runs.filter(isFetch).map((run) => [run.scenario.seed, run]))
    for (const { scenario, journal } of await runAll(planRuns(REPEATED_SEEDS, ['fetch']))) {
      const { seed } = scenario
      const earlier = deterministicPart(first.get(seed)?.journal ?? [])
      t.same(
        deterministicPart(journal),
        earlier,
        `seed ${seed} has the same journal in a second run`,
      )
    }

    // Files are cached for up to 1.8 s, even after the server was closed.
    const isOpen = () => sockets() > before || files() > 0
    for (let tries = 80; tries > 0 && isOpen(); tries -= 1) await pause(50)
    t.ok(sockets() <= before, 'no socket is open after its server was closed')
    t.equal(files(), 0, 'no file is open after its server was closed')
  },
)

/** Journal entries of faults that acted on a response of which no status line was sent. */
function injectedWithoutResponse({ scenario, journal }: Run): string[] {
  return journal
    .filter(({ status, ended, outcome }) => {
      return status === null && ended === 'fin' && outcome === 'injected'
    })
    .filter(({ fault: { kind } }) => kind !== 'empty-response' && kind !== 'latency')
    .map(({ rule, attempt }) => `seed ${scenario.seed}: ${rule}, attempt ${attempt}`)
}

function isFetch({ client }: Run): boolean {
  return client === 'fetch'
}

function count(runs: readonly Run[], client: string, kind: string): number {
  return runs.filter((run) => run.client === client && run.verdict.kind === kind).length
}

function files(): number {
  return descriptorsBelow(join(tmpdir(), 'lastbyte-'))
}

function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
}

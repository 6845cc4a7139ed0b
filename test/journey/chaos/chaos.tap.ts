import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import tap from 'tap'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { needs } from '../../fixture/process.js'
import { fixedPart } from './determinism.js'
import { report, SEEDS, summary } from './report.js'
import { DIRECT, type Run } from './run.js'
import { playsFor, runAll } from './run-all.js'

/** ms for all runs; a third of it on two idle cores. */
const LONGEST = 600_000
/** Seeds that are played a second time. */
const AGAIN = SEEDS.filter((seed) => seed % 10 === 0)

tap.setTimeout(LONGEST)

tap.test(
  'whatever goes wrong, a client ends with the right bytes, or knows that it does not',
  { ...needs('curl', 'aria2c'), timeout: LONGEST },
  async (t) => {
    const before = sockets()
    const plays = playsFor(SEEDS)
    const runs = await runAll(plays)
    t.comment(summary(runs))

    for (const run of runs) {
      const lines = report(run)
      if (lines.length > 0) t.fail(lines.join('\n'))
    }
    t.equal(runs.length, plays.length)

    const came = (client: string, kind: string) => count(runs, client, kind)
    for (const client of DIRECT) {
      t.ok(came(client, 'whole') > 40, `${client} mostly gets there`)
    }
    // The pool keeps its exceptions: a run of nothing but kind faults would prove little.
    for (const client of ['curl-if-range', 'fetch', 'lastbyte']) {
      t.ok(came(client, 'caught lie') > 0, `${client} is lied to`)
      t.equal(came(client, 'splice'), 0, `${client} splices nothing`)
    }
    const isCaught = ({ client, outcome }: Run) =>
      client === 'lastbyte' && outcome.kind === 'failed' && /DIGEST_MIS/.test(outcome.reason)
    t.ok(runs.filter(isCaught).length > 20, 'lastbyte sees by the digest what no header shows')
    t.ok(came('curl-plain', 'splice') > 0, 'curl without a validator splices')

    t.same(runs.flatMap(afterSilence), [], 'who answers nothing does nothing after it')

    const first = new Map(runs.filter(isFetch).map((run) => [run.scenario.seed, run]))
    for (const { scenario, journal } of await runAll(playsFor(AGAIN, ['fetch']))) {
      const { seed } = scenario
      const earlier = fixedPart(first.get(seed)?.journal ?? [])
      t.same(fixedPart(journal), earlier, `seed ${seed}: the same journal again`)
    }

    // A file stays open for the next request for up to 1.8 s, closed server or not.
    const isLeft = () => sockets() > before || files() > 0
    for (let left = 80; left > 0 && isLeft(); left -= 1) await pause(50)
    t.ok(sockets() <= before, 'no socket outlives its server')
    t.equal(files(), 0, 'nor does a file')
  },
)

/** Faults that claim to have acted on an answer of which not even a status line was sent. */
function afterSilence({ scenario, journal }: Run): string[] {
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

import tap from 'tap'
import { needs } from '../../fixture/process.js'
import { report, SEEDS, summary } from './report.js'
import type { Run } from './run.js'
import { playsFor, runAll } from './run-all.js'

/** ms for all runs; a fifth of it on two idle cores. */
const LONGEST = 600_000
/** Seeds of which the bytes are verified besides. */
const VERIFIED = SEEDS.filter((seed) => seed % 4 === 0)

/** Faults after which nobody may go on: another version, another place, or no length to count by. */
const NO_WAY = new Set([
  'chunked',
  'content-change',
  'end-early',
  'etag-flip',
  'garbage',
  'ignore-range',
  'wrong-content-range',
])

tap.setTimeout(LONGEST)

tap.test(
  'a server behind that breaks is healed: one answer, of one version, or one that ends short',
  { ...needs('curl'), timeout: LONGEST },
  async (t) => {
    const runs = await runAll([
      ...playsFor(SEEDS, ['proxied']),
      ...playsFor(VERIFIED, ['proxied-verified']),
    ])
    t.comment(summary(runs))
    for (const run of runs) {
      const lines = report(run)
      if (lines.length > 0) t.fail(lines.join('\n'))
    }
    t.equal(runs.length, SEEDS.length + VERIFIED.length)

    const verified = runs.filter(({ client }) => client === 'proxied-verified')
    const isCaught = ({ outcome }: Run) =>
      outcome.kind === 'failed' && outcome.tries.some((line) => line.includes('DIGEST_MISMATCH'))
    t.ok(verified.filter(isCaught).length > 3, 'digests catch what no header shows')
    const plain = runs.filter(({ client }) => client === 'proxied')
    t.ok(
      plain.some(({ verdict }) => verdict.kind === 'caught lie'),
      'there are such lies',
    )

    const withWay = plain.filter(leavesAWay)
    const broken = withWay.filter(({ journal }) =>
      journal.some(({ outcome }) => outcome === 'injected'),
    )
    const failed = withWay.filter(({ outcome }) => outcome.kind === 'failed')
    t.comment(
      `${withWay.length} runs leave a way, ${broken.length} of them broken; failed: ${failed.length}`,
    )
    for (const { scenario, outcome } of failed) t.comment(`seed ${scenario.seed}`, outcome)
    t.ok(broken.length > 30, 'many answers are broken where there is a way to go on')
    t.ok(failed.length <= withWay.length / 100, 'at least 99 % of them are whole')
  },
)

/** Whether what was injected leaves a way to the whole of one version. */
function leavesAWay({ journal, scenario }: Run): boolean {
  // A body that is to get a malformed chunk has no length, whether it gets that far or not.
  if (journal.some(({ fault }) => fault.kind === 'malformed-chunk')) return false
  const injected = journal.filter(({ outcome }) => outcome === 'injected')
  const isEndless = (rule: string | null) =>
    scenario.rules.some(({ id, times }) => id === rule && times === undefined)
  return !injected.some(({ fault, rule }) => {
    const isFinal = fault.kind === 'status' && fault.status === 404
    return NO_WAY.has(fault.kind) || isFinal || isEndless(rule)
  })
}

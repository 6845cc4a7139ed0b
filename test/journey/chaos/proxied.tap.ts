import tap from 'tap'
import { needs } from '../../fixture/process.js'
import { planRuns, runAll } from './planned-runs.js'
import { report, summary } from './report.js'
import type { Run } from './run.js'
import { SEEDS } from './seed-range.js'

/** ms for all runs; they take a fifth of it on two idle cores. */
const TIMEOUT = 600_000
/** Seeds that also run with a proxy that verifies digests. */
const VERIFIED = SEEDS.filter((seed) => seed % 4 === 0)

/** Faults after which a transfer can't be resumed: another version, another range or no length. */
const NOT_RESUMABLE = new Set([
  'chunked',
  'content-change',
  'end-early',
  'etag-flip',
  'garbage',
  'ignore-range',
  'wrong-content-range',
])

tap.setTimeout(TIMEOUT)

tap.test(
  'a proxy resumes what its origin interrupts: its response is one complete version, or ends short',
  { ...needs('curl'), timeout: TIMEOUT },
  async (t) => {
    const runs = await runAll([
      ...planRuns(SEEDS, ['proxied']),
      ...planRuns(VERIFIED, ['proxied-verified']),
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
    t.ok(
      verified.filter(isCaught).length > VERIFIED.length / 15,
      'digests detect corruption that no header field shows',
    )
    const plain = runs.filter(({ client }) => client === 'proxied')
    t.ok(
      plain.some(({ verdict }) => verdict.kind === 'explained corruption'),
      'some corruption is not shown by a header field',
    )

    const resumable = plain.filter(isResumable)
    const broken = resumable.filter(({ journal }) =>
      journal.some(({ outcome }) => outcome === 'injected'),
    )
    const failed = resumable.filter(({ outcome }) => outcome.kind === 'failed')
    t.comment(
      `${resumable.length} runs are resumable, ${broken.length} of them had faults, ${failed.length} failed`,
    )
    for (const { scenario, outcome } of failed) t.comment(`seed ${scenario.seed}`, outcome)
    t.ok(broken.length > SEEDS.length / 7, 'many resumable responses were interrupted')
    t.ok(
      failed.length <= resumable.length / 100,
      'at least 99 % of the resumable responses are complete',
    )
  },
)

/** Whether a complete version can be sent despite the injected faults. */
function isResumable({ journal, scenario }: Run): boolean {
  // A body with this fault has no Content-Length, even if the fault's offset is never reached.
  if (journal.some(({ fault }) => fault.kind === 'malformed-chunk')) return false
  const injected = journal.filter(({ outcome }) => outcome === 'injected')
  const isEndless = (rule: string | null) =>
    scenario.rules.some(({ id, times }) => id === rule && times === undefined)
  return !injected.some(({ fault, rule }) => {
    const isFinal = fault.kind === 'status' && fault.status === 404
    return NOT_RESUMABLE.has(fault.kind) || isFinal || isEndless(rule)
  })
}

import { LastbyteError } from '../errors.js'
import type { CheckResult } from './report/report.js'
import { requireSameFile } from './require-same-file.js'
import { requireServer } from './require-server.js'
import { BoundReached, WholeTooLarge } from './subject/budget.js'
import type { Check } from './subject/check-definition.js'
import { type Finding, failed, skipped, untried, unverified } from './subject/finding.js'
import { NEEDS } from './subject/needs.js'
import type { Subject } from './subject/subject.js'

/**
 * Runs the checks one after the other, so that no server has more than one request of a run at a time.
 *
 * @throws LastbyteError REFUSED where the file was replaced meanwhile, or the server refuses its client; UNREACHABLE where
 *   the server is gone
 */
export async function runChecks(
  checks: readonly Check[],
  subject: Subject,
  onResult: (result: CheckResult) => void,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of checks) {
    const result = { check: aboutOf(check), finding: await runOne(check, subject) }
    await requireSameFile(subject, result)
    results.push(result)
    onResult(result)
  }
  return results
}

async function runOne(check: Check, subject: Subject): Promise<Finding> {
  const lack = check.needs?.map((need) => NEEDS[need](subject)).find((each) => each !== undefined)
  if (lack !== undefined) return skipped(lack)
  try {
    const finding = await check.run(subject)
    // Requests that were aborted have no result.
    subject.signal.throwIfAborted()
    return finding
  } catch (error) {
    if (error instanceof WholeTooLarge) return unverified(error.message)
    if (error instanceof BoundReached) return untried(error.message)
    if (subject.signal.aborted || !(error instanceof LastbyteError)) throw error
    // The command that changes the file failed.
    if (error.code === 'BAD_SETTING') throw error
    if (error.code === 'UNREACHABLE') await requireServer(subject, check.id, error)
    return failed(undefined, 'a response', `none: ${error.message}`)
  }
}

function aboutOf({ run: _run, needs: _needs, cost: _cost, ...about }: Check): CheckResult['check'] {
  return about
}

import tap from 'tap'
import { leaks, runSoak } from './soak/run.js'

/** Change it to try other requests; `npm run soak` draws a new one each time. */
const SEED = 1
const REQUESTS = 10_000

/** ms for all requests; they take a fifth of it on two idle cores. */
tap.setTimeout(600_000)

tap.test(
  'after each hundred of 10,000 hostile requests the server gives correct bytes, and at the end it has leaked nothing',
  { timeout: 600_000 },
  async (t) => {
    const result = await runSoak({ seed: SEED, requests: REQUESTS })
    t.comment(`seed ${SEED}, responses by status: ${JSON.stringify(result.statuses)}`)
    t.same(result.failures, [], 'no request for a file causes an error of the server')
    t.same(leaks(result), [], 'no transfer, no descriptor and no memory is left behind')
    // Requests that never get as far as a response would prove little.
    for (const status of [200, 400, 404]) t.ok(Number(result.statuses[status]) > 100, `${status}`)
  },
)

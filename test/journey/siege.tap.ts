import tap from 'tap'
import { inForm } from '../fixture/long-form.js'
import { needs } from '../fixture/process.js'
import { leaks } from './siege/leaks.js'
import { runSiege } from './siege/run.js'

/** Change it for another siege; `npm run siege` draws a new one each time. */
const SEED = 1
/** ms; `npm run siege` takes an hour. */
const DURATION = inForm({ short: 40_000, long: 120_000 })

tap.setTimeout(600_000)

tap.test(
  'under attack from other addresses, downloads go on, no wrong byte looks right, and nothing is left behind',
  { ...needs('curl', 'aria2c'), timeout: 600_000 },
  async (t) => {
    const result = await runSiege({ seed: SEED, duration: DURATION })
    const { findings, complete, kills, contention, idle, before, after } = result
    const usage = [idle, before, after].map(({ processes, descriptors, memory }) => {
      return { processes, descriptors: descriptors.length, megabytes: Math.round(memory / 1e6) }
    })
    t.comment(JSON.stringify({ complete, kills, contention, usage }))
    t.same(findings, [], 'every download of a file that stays is complete and kept its pace')
    t.same(leaks(result), [], 'no descriptor and no memory is left behind')
    t.ok(result.kills > 0, 'a worker was killed')
    for (const client of ['curl over HTTP/1.1', 'curl over HTTP/2', 'aria2', 'lastbyte']) {
      t.ok(Number(result.complete[client]) > 0, `${client} completes downloads`)
    }
  },
)

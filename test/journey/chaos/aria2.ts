import { readFileSync } from 'node:fs'
import { run } from '../../fixture/process.js'
import type { Client } from './outcome.js'

/** aria2 with its own retries; it resumes, and checks the digest that the server announces. */
export const aria2: Client = async ({ url, out, scenario }) => {
  const { connections } = scenario
  const { code, stdout, stderr } = await run('aria2c', [
    ...['--no-conf', '--quiet=false', '--console-log-level=warn', '--summary-interval=0'],
    ...['--timeout=2', '--connect-timeout=2', '--max-tries=10', '--retry-wait=0'],
    ...['--lowest-speed-limit=0', '--file-allocation=none', '--show-console-readout=false'],
    ...[`-x${connections}`, `-s${connections}`, '-k1M', '-d', out.path, '-o', 'f', url],
  ])
  const tries = (stdout + stderr).split('\n').filter((line) => /WARN|ERROR/.test(line))
  if (code !== 0) return { kind: 'failed', reason: `exit ${code}`, tries }
  return { kind: 'done', file: readFileSync(out.at('f')), pinned: undefined, tries }
}

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { watchBusyness } from '../measure.mjs'
import { LOAD_CORE, outputOf, start } from '../processes.mjs'

export const hasH2load = spawnSync('h2load', ['--version']).error === undefined

/** Flow-control windows of the client, as exponents of 2: of a stream, of a connection. Browsers have as large ones. */
const WINDOWS = ['-w', 23, '-W', 24]

/**
 * Loads a server over TLS for `seconds`.
 *
 * @param task `{ path, protocol, connections, streams }`; `streams`: concurrent requests of a connection of HTTP/2
 * @returns requests that were complete, body bytes including those of incomplete responses, seconds, and `busy`: the
 *   average number of cores that the generator used
 */
export async function runTlsLoad(port, task, seconds, { core } = { core: LOAD_CORE }) {
  const isHttp2 = task.protocol === 'http2'
  const child = isHttp2 ? h2load(port, task, seconds, core) : wrk(port, task, seconds, core)
  const busyness = watchBusyness(child)
  const output = await outputOf(child).finally(busyness)
  return { ...(isHttp2 ? h2loadFigures(output, seconds) : wrkFigures(output)), busy: busyness() }
}

function h2load(port, { path, connections, streams }, seconds, core) {
  const args = ['-t', 1, '-c', connections, '-m', streams, '-D', seconds, ...WINDOWS]
  return start('h2load', [...args, `https://127.0.0.1:${port}${path}`], { core })
}

function h2loadFigures(output, seconds) {
  const [, succeeded, failed] = /(\d+) succeeded, (\d+) failed/.exec(output).map(Number)
  const [, ...classes] = /status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/
    .exec(output)
    .map(Number)
  const bytes = Number(/traffic: .* \((\d+)\) data/.exec(output)[1])
  const refused = classes.slice(1).reduce((sum, each) => sum + each, 0)
  if (failed > 0 || refused > 0) throw new Error(`h2load: requests failed\n${output}`)
  return { requests: succeeded, bytes, seconds }
}

function wrk(port, { path, connections }, seconds, core) {
  const script = join(import.meta.dirname, 'wrk.lua')
  const args = ['--timeout', '30s', '-t', 1, '-c', connections, '-d', `${seconds}s`, '-s', script]
  return start('wrk', [...args, `https://127.0.0.1:${port}${path}`], { core })
}

/** Header sections are counted as bytes too: some 300 of each response. */
function wrkFigures(output) {
  const report = JSON.parse(/^REPORT (.*)$/m.exec(output)[1])
  if (report.refused > 0 || report.failed > 0) throw new Error(`wrk: requests failed\n${output}`)
  const { requests, received, seconds, p50, p99 } = report
  return { requests, bytes: received, seconds, p50, p99 }
}

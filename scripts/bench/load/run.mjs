import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { LOAD_CORE, start } from './processes.mjs'

const hasWrk = spawnSync('wrk', ['-v']).error === undefined

/** The generator that a workload is measured with: small answers are more than ours can take. */
export function generatorOf({ small }) {
  return small && hasWrk ? 'wrk' : 'load.mjs'
}

/** Loads a server for `seconds`; resolves to the requests, body bytes and seconds that it took. */
export function runLoad(port, workload, seconds) {
  return generatorOf(workload) === 'wrk'
    ? runWrk(port, workload, seconds)
    : runOwn(port, workload, seconds)
}

async function runOwn(port, { path, size, slice, connections }, seconds) {
  const task = JSON.stringify({ port, path, size, slice, connections, seconds })
  const output = await outputOf(process.execPath, [join(import.meta.dirname, 'load.mjs'), task])
  return JSON.parse(output)
}

async function runWrk(port, { path, size, connections }, seconds) {
  const script = join(import.meta.dirname, 'wrk-report.lua')
  const url = `http://127.0.0.1:${port}${path}`
  const args = ['-t', '1', '-c', connections, '-d', `${seconds}s`, '-s', script, url].map(String)
  const report = JSON.parse(/^REPORT (.*)$/m.exec(await outputOf('wrk', args))[1])
  const bytes = report.requests * size
  if (report.failed > 0) throw new Error(`wrk: ${report.failed} requests failed`)
  if (report.received < bytes) throw new Error(`wrk: ${report.received} bytes for ${bytes}`)
  return { requests: report.requests, bytes, seconds: report.seconds }
}

async function outputOf(command, args) {
  const child = start(LOAD_CORE, command, args)
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  return output
}

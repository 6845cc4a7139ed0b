import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { watchBusyness } from '../measure.mjs'
import { LOAD_CORE, outputOf, start } from '../processes.mjs'

export const hasWrk = spawnSync('wrk', ['-v']).error === undefined

/** The most bytes of a response's head; a response with more bytes has a body. */
const MAX_HEAD = 2_000

/**
 * Loads a server for `seconds`.
 *
 * @param task the requests to send: `{ generator, path, size, connections, … }` (workloads/rates.mjs)
 * @param core the core that the generator is pinned to; undefined for none
 * @returns requests, body bytes and seconds; `p50` and `p99` in ms; `busy`: the average number of cores
 *   that the generator used
 */
export async function runLoad(port, task, seconds, { core } = { core: LOAD_CORE }) {
  const child =
    task.generator === 'wrk' ? wrk(port, task, seconds, core) : own(port, task, seconds, core)
  const busyness = watchBusyness(child)
  const output = await outputOf(child).finally(busyness)
  const figures = task.generator === 'wrk' ? wrkFigures(output, task) : ownFigures(output)
  return { ...figures, busy: busyness() }
}

/** Starts our own generator, which checks every response. `nice`: see `start`. */
export function own(port, { path, size, slice, connections }, seconds, core, nice) {
  const task = JSON.stringify({ port, path, size, slice, connections, seconds })
  return start(process.execPath, [join(import.meta.dirname, 'load.mjs'), task], { core, nice })
}

export function ownFigures(output) {
  return JSON.parse(output.trim().split('\n').at(-1))
}

function wrk(port, { path, connections, fields = {}, draw = {} }, seconds, core) {
  const headers = Object.entries(fields).flatMap((field) => ['-H', field.join(': ')])
  const script = join(import.meta.dirname, 'wrk.lua')
  const args = [
    '--timeout',
    '10s',
    '-t',
    1,
    '-c',
    connections,
    '-d',
    `${seconds}s`,
    '-s',
    script,
    ...headers,
  ]
  const env = { ...process.env, ...draw }
  return start('wrk', [...args, `http://127.0.0.1:${port}${path}`], { core, env })
}

/** wrk checks no responses, so its counts are compared with the requests. */
function wrkFigures(output, { size, slice, status = 200 }) {
  const { received, refused, failed, ...figures } = JSON.parse(/^REPORT (.*)$/m.exec(output)[1])
  const { requests } = figures
  const expected = status >= 400 ? requests : 0
  if (failed > 0) throw new Error(`wrk: ${failed} requests failed`)
  if (refused !== expected)
    throw new Error(`wrk: expected ${expected} responses of 4xx; received ${refused}`)
  if (status >= 300) {
    if (received > requests * MAX_HEAD)
      throw new Error(
        `wrk: expected ${requests} responses without a body; received ${received} bytes`,
      )
    return { ...figures, bytes: 0 }
  }
  const bytes = requests * (slice ?? size)
  const isWrong = received < bytes || received > bytes + requests * MAX_HEAD
  if (isWrong) throw new Error(`wrk: expected ${bytes} body bytes; received ${received} bytes`)
  return { ...figures, bytes }
}

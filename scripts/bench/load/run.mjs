import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { watchBusyness } from '../measure.mjs'
import { LOAD_CORE, outputOf, start } from '../processes.mjs'

export const hasWrk = spawnSync('wrk', ['-v']).error === undefined

/** Bytes below which an answer can't hold a file's, and above which it is more than a head. */
const HEAD = 2_000

/**
 * Loads a server for `seconds`.
 *
 * @param task what is asked for: `{ generator, path, size, connections, … }` (workloads/rates.mjs)
 * @param core the generator's core; undefined for any
 * @returns requests, body bytes, seconds; ms of the median and the slowest hundredth; `busy`: the cores
 *   that the generator took
 */
export async function runLoad(port, task, seconds, { core } = { core: LOAD_CORE }) {
  const child =
    task.generator === 'wrk' ? wrk(port, task, seconds, core) : own(port, task, seconds, core)
  const busyness = watchBusyness(child)
  const output = await outputOf(child).finally(busyness)
  const figures = task.generator === 'wrk' ? wrkFigures(output, task) : ownFigures(output)
  return { ...figures, busy: busyness() }
}

/** Our own generator, that checks every answer: starts it. `nice`: as `start` has it. */
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

/** wrk checks no answers: what it counted must fit what was asked for. */
function wrkFigures(output, { size, slice, status = 200 }) {
  const { received, refused, failed, ...figures } = JSON.parse(/^REPORT (.*)$/m.exec(output)[1])
  const { requests } = figures
  const expected = status >= 400 ? requests : 0
  if (failed > 0) throw new Error(`wrk: ${failed} requests failed`)
  if (refused !== expected) throw new Error(`wrk: ${refused} answers of 4xx for ${expected}`)
  if (status >= 300) {
    if (received > requests * HEAD) throw new Error(`wrk: ${received} bytes for ${requests} heads`)
    return { ...figures, bytes: 0 }
  }
  const bytes = requests * (slice ?? size)
  const isWrong = received < bytes || received > bytes + requests * HEAD
  if (isWrong) throw new Error(`wrk: ${received} bytes for ${bytes}`)
  return { ...figures, bytes }
}

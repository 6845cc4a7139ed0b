import { spawnSync } from 'node:child_process'
import tap from 'tap'
import { loadBindings } from '../../dist/native/bindings.js'
import { inForm } from '../fixture/long-form.js'
import { needs, RunningProcess } from '../fixture/process.js'
import type { FuzzResult } from './native-fuzz/run.js'

/** Change it to try other calls; `npm run fuzz` draws a new one each time. */
const SEED = 1
const CALLS = inForm({ short: 20_000, long: 60_000 })
/** Of each function, that fail and that don't. */
const LEAST = CALLS / 600

const capability = loadBindings()
const skip = capability.kind === 'none' && capability.reason

const MAIN = ['--import=./test/fixture/typescript/register.mjs', 'test/journey/native-fuzz/main.ts']

/** Runs the calls in a process of their own, by the command if there is one. */
async function fuzz(calls: number, [command, ...args]: readonly [string, ...string[]]) {
  const all = [...args, ...MAIN, '--seed', `${SEED}`, '--calls', `${calls}`]
  return await new RunningProcess(command, all).handledExit()
}

tap.test(
  `the native functions survive ${CALLS} calls with hostile arguments: each returns a number or throws a TypeError`,
  { skip, timeout: 300_000 },
  async (t) => {
    const { code, signal, stdout, stderr } = await fuzz(CALLS, [process.execPath])
    t.same({ code, signal }, { code: 0, signal: null }, stderr)
    const result: FuzzResult = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    t.same(result.failures, [])
    // Calls that fail before they reach the kernel would prove little.
    for (const [name, { counts, errors }] of Object.entries(result.results)) {
      t.ok(counts > LEAST, `${name}: ${counts} calls succeeded`)
      t.ok(errors > LEAST, `${name}: ${errors} calls failed`)
    }
    t.ok(result.received > CALLS * 15, `${result.received} bytes were sent`)
  },
)

/** System calls that are only made by the addon: an error of another one would be one of Node. */
const OWN_CALLS = 'preadv2,sendto,sendfile,openat2'

tap.test(
  'a native function repeats a system call that a signal has interrupted (EINTR)',
  { skip: skip || needsTracing() },
  async (t) => {
    // Every second call fails, so that each one succeeds when it is repeated.
    const inject = `inject=${OWN_CALLS}:error=EINTR:when=1+2`
    const strace = ['strace', '-f', '-qq', '-e', `trace=${OWN_CALLS}`] as const
    const { code, stdout, stderr } = await fuzz(3_000, [...strace, '-e', inject, process.execPath])
    t.equal(code, 0)
    t.match(stdout, /"failures":\[\]/)
    for (const name of OWN_CALLS.split(',')) {
      t.match(stderr, new RegExp(`${name}\\(.*EINTR .*\\(INJECTED\\)`), name)
    }
  },
)

/** A container may not be permitted to trace its processes. */
function needsTracing(): false | string {
  const { skip: missing } = needs('strace')
  if (missing !== false) return missing
  return spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status !== 0 && 'needs ptrace(2)'
}

import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import tap from 'tap'
import { RunningProcess } from '../fixture/process.js'

const BENCH = resolve('scripts/bench/main.mjs')
const ARGS = ['--only', 'sizes', '--servers', 'lastbyte', '--rounds', '1']
const skip = process.platform === 'linux' ? false : 'the benchmark reads /proc'

const bench = (...args: string[]) => new RunningProcess(process.execPath, [BENCH, ...ARGS, ...args])

/** The folder of the run's files, which its progress names. */
const folderIn = ({ stderr }: RunningProcess) =>
  /(\S*lastbyte-bench-[^/]+)/.exec(stderr)?.[1] ?? 'no folder'

/** The command lines of the processes that name a folder. */
function processesOf(folder: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      return line.includes(folder) ? [line] : []
    } catch {
      // The process has ended since.
      return []
    }
  })
}

tap.test(
  'A benchmark measures a server and leaves neither files nor processes',
  {
    skip,
  },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'lastbyte-figures-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    const json = join(folder, 'figures.json')
    await using run = bench('--seconds', '1', '--json', json)
    const { code, stdout, stderr } = await run.exit
    t.equal(code, 0, stderr)
    t.match(stdout, /### File of 1 MiB\n.*\| lastbyte \|/s)
    const { cases } = JSON.parse(readFileSync(json, 'utf8'))
    for (const name of ['mib', 'sixteen']) {
      const { rate, cpuPerGiB } = cases[name].figures.lastbyte
      t.ok(rate.length === 1 && rate[0] > 0 && cpuPerGiB[0] > 0, `figures of ${name}`)
    }
    t.notOk(existsSync(folderIn(run)), `${folderIn(run)} is removed`)
  },
)

tap.test('An interrupted benchmark leaves neither files nor processes', { skip }, async (t) => {
  await using run = bench('--seconds', '3600')
  const { stderr } = run.child
  while (!run.stderr.includes('warming up') && stderr !== null && !run.hasEnded)
    await once(stderr, 'data')
  const folder = folderIn(run)
  t.ok(existsSync(folder), `${folder} exists during the run`)
  t.not(processesOf(folder).length, 0, 'a server runs')
  run.child.kill('SIGINT')
  const exit = await run.exit
  t.equal(exit.code, 1)
  t.match(exit.stderr, /interrupted\n$/)
  t.notOk(existsSync(folder), `${folder} is removed`)
  t.same(processesOf(folder), [], 'no process remains')
})

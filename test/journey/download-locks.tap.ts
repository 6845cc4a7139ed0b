import { readdirSync, readFileSync } from 'node:fs'
import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { needs, needsNamespace, RunningProcess } from '../fixture/process.js'
import { hasSaved, savedBytes } from '../fixture/sidecar.js'

const SIZE = 6 * 1024 * 1024
const MAIN = 'ip link set lo up && exec "$0" test/journey/download-locks/main.mjs "$@"'
const IN_USE = 8

const { skip } = await needsNamespace('net')
const options = skip ? { skip } : needs('ip')

/**
 * A download with an origin of its own, in a network namespace of its own, as in a container. A process namespace ends
 * all of it when the outer process is killed.
 */
function isolated(letter: string, file: string): RunningProcess {
  const shell = ['sh', '-c', MAIN, process.execPath, letter, file]
  const args = ['--net', '--pid', '--fork', '--kill-child', ...shell]
  return new RunningProcess('unshare', args, { stdio: ['pipe', 'pipe', 'pipe'] })
}

const release = ({ child }: RunningProcess) => void child.stdin?.write('release\n')
const report = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
const isAll = (file: string, letter: string) =>
  readFileSync(file).equals(Buffer.alloc(SIZE, letter))

for (const [what, other] of [
  ['another version', 'B'],
  ['the same version', 'A'],
] as const) {
  tap.test(
    `two downloads to one file in two network namespaces, the later one of ${what}: the earlier one fails with IN_USE, the file is the later one's`,
    options,
    async (t) => {
      using folder = new Folder()
      const file = folder.at('x')
      await using first = isolated('A', file)
      await hasSaved(file, 1, first)
      await using second = isolated(other, file)
      await second.waitForOutput(/requested/)
      release(first)
      const failed = await first.exit
      t.equal(failed.code, IN_USE, failed.stderr)
      t.match(failed.stdout + failed.stderr, /another download writes to it/)
      t.notOk(readdirSync(folder.path).includes('x'), 'no incomplete file is renamed')
      release(second)
      const { code, stderr } = await second.exit
      t.equal(code, 0, stderr)
      t.ok(isAll(file, other), 'the file has the bytes of one download')
      t.same(readdirSync(folder.path), ['x'])
    },
  )
}

tap.test(
  'a download that was killed in one network namespace is continued in another from its last recorded byte',
  options,
  async (t) => {
    using folder = new Folder()
    const file = folder.at('x')
    {
      await using first = isolated('A', file)
      await hasSaved(file, 1, first)
    }
    const saved = savedBytes(file)
    await using second = isolated('A', file)
    release(second)
    const { code, stdout, stderr } = await second.exit
    t.equal(code, 0, stderr)
    t.equal(report(stdout).received, SIZE - saved)
    t.ok(isAll(file, 'A'))
    t.same(readdirSync(folder.path), ['x'])
  },
)

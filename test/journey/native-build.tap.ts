import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { needs, run } from '../fixture/process.js'

const TARGETS = [
  { binary: 'zero-copy-linux-x64.node', compiler: 'x86_64-linux-gnu-gcc' },
  { binary: 'zero-copy-linux-arm64.node', compiler: 'aarch64-linux-gnu-gcc' },
] as const

/** The version of the compiler that built a binary, which it records in its section .comment. */
function recordedVersion(binary: Buffer): string {
  const [, version] = /GCC: (\([^)]*\) [\d.]+)/.exec(binary.toString('latin1')) ?? []
  return version ?? 'none'
}

/** The version that a compiler reports. */
function installedVersion(compiler: string): string {
  const output = execFileSync(compiler, ['--version'], { encoding: 'utf8' })
  const [, version] = /(\([^)]*\) [\d.]+)/.exec(output) ?? []
  return version ?? output
}

for (const { binary, compiler } of TARGETS) {
  tap.test(
    `the committed binary ${binary} has every byte that a build of the committed source has`,
    needs(compiler),
    async (t) => {
      const committed = readFileSync(join('native', binary))
      const [recorded, installed] = [recordedVersion(committed), installedVersion(compiler)]
      if (recorded !== installed) {
        t.plan(0, `built by ${compiler} ${recorded}; ${installed} is installed`)
        return
      }
      using folder = new Folder()
      const { code, stderr } = await run('native/build.sh', [folder.path])
      t.equal(code, 0, stderr)
      t.ok(readFileSync(folder.at(binary)).equals(committed), 'native/build.sh rebuilds it')
      const sums = (path: string) => readFileSync(path, 'utf8').split('\n')
      const [line] = sums(folder.at('SHA256SUMS')).filter((each) => each.endsWith(binary))
      t.ok(line !== undefined && sums('native/SHA256SUMS').includes(line), 'SHA256SUMS has its sum')
    },
  )
}

import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { needs, RunningProcess, run } from '../fixture/process.js'
import { trackedFiles } from '../fixture/tracked-files.js'

/** A clone of this repository, with what isn't committed yet. */
function clone(): Folder {
  const folder = new Folder()
  for (const name of trackedFiles()) {
    mkdirSync(join(folder.path, name, '..'), { recursive: true })
    cpSync(name, folder.at(name))
  }
  return folder
}

/** npm as a person types it, without what the npm and the loaders of this test pass on. */
async function npm(folder: Folder, ...args: readonly string[]) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_|^NODE_OPTIONS$|^TAP/.test(name),
  )
  const env = { ...Object.fromEntries(inherited), npm_config_prefer_offline: 'true' }
  const options = { cwd: folder.path, env }
  // tap adds loaders to the processes of a test.
  const command = ['NODE_OPTIONS=', 'npm', ...args, '--no-audit', '--no-fund']
  return await new RunningProcess('env', command, options).exit
}

/** Runs the command of a clone. */
function versionOf(folder: Folder) {
  return new RunningProcess(process.execPath, ['dist/cli/main.js', '--version'], {
    cwd: folder.path,
  }).handledExit()
}

tap.test('npm ci --omit=dev works in a clone, and says how to build', needs('git'), async (t) => {
  using folder = clone()
  const { code, stderr } = await npm(folder, 'ci', '--omit=dev', '--foreground-scripts')
  t.equal(code, 0, stderr)
  t.match(stderr, /lastbyte: dist\/ is not built.* npm run build/)
  t.notOk(existsSync(folder.at('node_modules/typescript')))

  await t.test('with a dist that was built elsewhere the command runs', async (t) => {
    cpSync('dist', folder.at('dist'), { recursive: true })
    const again = await npm(folder, 'rebuild', '--foreground-scripts')
    t.equal(again.code, 0, again.stderr)
    t.notMatch(again.stderr, /not built/)
    const { stdout } = await versionOf(folder)
    t.match(stdout, /^\d+\.\d+\.\d+\n$/)
  })
})

tap.test('npm pack in a clone without dist/ packs the build', needs('git'), async (t) => {
  using folder = clone()
  symlinkSync(resolve('node_modules'), folder.at('node_modules'))
  const { code, stdout, stderr } = await npm(folder, 'pack')
  t.equal(code, 0, stderr)
  const { version, bin, main, types } = JSON.parse(readFileSync('package.json', 'utf8'))
  const listed = await run('tar', ['-tzf', folder.at(`lastbyte-${version}.tgz`)])
  const packed = listed.stdout.split('\n').map((name) => name.replace('package/', ''))
  for (const name of [bin.lastbyte, main, types, './dist/pages/built/player.js'])
    t.ok(packed.includes(name.replace('./', '')), name)
  // npm runs prepare as well: the build isn't repeated.
  t.equal((stdout + stderr).match(/> lastbyte@\S+ build/g)?.length, 1)
})

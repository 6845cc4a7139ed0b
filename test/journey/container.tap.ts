import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import picomatch from 'picomatch'
import tap from 'tap'
import { execForm, type Instruction, only, stages } from '../fixture/containerfile.js'
import { Folder, pattern } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { needs, RunningProcess, run } from '../fixture/process.js'
import { trackedFiles } from '../fixture/tracked-files.js'

const [build = [], final = []] = stages(readFileSync('Containerfile', 'utf8'))

/** tap adds loaders to the processes of a test. */
const WITHOUT_LOADERS = ['NODE_OPTIONS=']

/** The files that the build gets: .dockerignore, which Docker and Podman read, excludes everything but what it names. */
function context(): string[] {
  const lines = readFileSync('.dockerignore', 'utf8').split('\n')
  const [first, ...rules] = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (first !== '*') throw new Error('.dockerignore: expected * first')
  return trackedFiles().filter((name) => {
    let isIncluded = false
    for (const rule of rules) {
      const glob = rule.replace('!', '')
      if (picomatch.isMatch(name, [glob, `${glob}/**`])) isIncluded = rule.startsWith('!')
    }
    return isIncluded
  })
}

/**
 * `npm ci` takes a minute and has filled the node_modules of this checkout already: links to its files are as good, and
 * `npm prune` removes them.
 */
function command(step: string): string {
  if (!/^npm ci --ignore-scripts /.test(step)) return step
  const modules = resolve('node_modules')
  return `cp -al "${modules}" . 2> /dev/null || cp -a "${modules}" . && rm -rf node_modules/.cache`
}

/** Runs the steps of a stage as a build does, with folders for the root file systems of the stages. */
async function perform(stage: readonly Instruction[], root: string, other: string): Promise<void> {
  const workdir = join(root, only(stage, 'WORKDIR'))
  mkdirSync(workdir, { recursive: true })
  for (const { name, text } of stage) {
    if (name === 'RUN') {
      const env = { ...process.env, npm_config_prefer_offline: 'true' }
      const { code, stderr, stdout } = await new RunningProcess(
        'env',
        [...WITHOUT_LOADERS, 'sh', '-c', command(text)],
        {
          cwd: workdir,
          env,
        },
      ).exit
      if (code !== 0) throw new Error(`RUN ${text}: ${stdout}${stderr}`)
    }
    if (name !== 'COPY') continue
    const isFromStage = text.startsWith('--from=build ')
    const words = text.replace('--from=build ', '').split(' ')
    const to = join(workdir, words.pop() ?? '')
    for (const word of words) {
      if (isFromStage) {
        const isFolder = !word.endsWith('.json')
        cpSync(join(other, word), isFolder ? to : join(to, word.split('/').at(-1) ?? ''), {
          recursive: true,
          verbatimSymlinks: true,
        })
        continue
      }
      for (const file of context().filter((each) => word === '.' || each === word)) {
        mkdirSync(dirname(join(to, file)), { recursive: true })
        cpSync(file, join(to, file))
      }
    }
  }
}

tap.test(
  'the steps of the Containerfile make an image that serves as an ordinary user',
  { ...needs('git', 'setpriv', 'unshare', 'curl'), timeout: 400_000 },
  async (t) => {
    using folder = new Folder()
    chmodSync(folder.path, 0o755)
    const [first, second] = [folder.at('build'), folder.at('final')]
    await perform(build, first, '')
    await perform(final, second, first)
    const app = join(second, 'app')
    t.same(readdirSync(app).sort(), ['dist', 'native', 'node_modules', 'package.json'])
    t.notOk(existsSync(join(app, 'node_modules/typescript')))
    t.equal(only(final, 'USER'), 'node')
    t.equal(only(final, 'STOPSIGNAL'), 'SIGTERM')

    const media = folder.at('media')
    const content = pattern(3_000_000)
    folder.write('media/film.mp4', content)
    t.equal(only(final, 'VOLUME'), '/media')
    const port = await freePort()
    const environment = only(final, 'ENV')
      .replace('PORT=8080', `PORT=${port}`)
      .replace('MEDIA_ROOT=/media', `MEDIA_ROOT=${media}`)
      .split(' ')
    const inImage = (text: string) => execForm(text.replaceAll('/app/', `${app}/`))
    const words = [...inImage(only(final, 'ENTRYPOINT')), ...execForm(only(final, 'CMD'))]
    // As the image's user `node`, which can't write to /app, and as the first process of its namespace.
    const isRoot = process.getuid?.() === 0
    const asUser = isRoot
      ? ['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups', '--no-new-privs']
      : []
    const namespace = isRoot
      ? ['unshare', '--pid', '--fork', '--kill-child']
      : ['unshare', '--map-current-user', '--pid', '--fork', '--kill-child']
    const [program = '', ...args] = [
      ...namespace,
      ...asUser,
      ...['env', '-i', `PATH=${process.env.PATH}`, ...environment],
      ...words,
    ]
    await using server = new RunningProcess(program, args, { cwd: app })

    const [healthProgram = '', ...healthArgs] = execForm(only(final, 'HEALTHCHECK'))
    const health = () =>
      new RunningProcess(healthProgram, healthArgs, {
        env: { PATH: process.env.PATH, PORT: String(port) },
      }).exit
    await server.waitForOutput(/Server listening at/)
    t.equal((await health()).code, 0)

    const url = `http://127.0.0.1:${port}/film.mp4`
    const range = await fetch(url, { headers: { range: 'bytes=1000-' } })
    t.equal(range.status, 206)
    t.ok(Buffer.from(await range.arrayBuffer()).equals(content.subarray(1000)))

    // A download that runs when the container is stopped completes.
    const file = folder.at('slow.mp4')
    const slow = run('curl', ['-sS', '--limit-rate', '2M', '-o', file, url])
    while (!existsSync(file)) await delay(5)
    const children = `/proc/${server.child.pid}/task/${server.child.pid}/children`
    process.kill(Number(readFileSync(children, 'utf8').trim()), 'SIGTERM')
    t.equal((await slow).code, 0)
    t.ok(readFileSync(file).equals(content))
    t.equal((await server.exit).code, 0)
    t.equal((await health()).code, 1)
  },
)

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { GIB } from '../files.mjs'
import { canPin } from '../processes.mjs'
import { caddyVersion } from '../servers/caddy.mjs'
import { nginxVersion } from '../servers/nginx.mjs'

const ROOT = join(import.meta.dirname, '../../..')
const PACKAGES = [
  ...['fastify', '@fastify/static', 'sirv', 'express'],
  ...['@fastify/http-proxy', '@fastify/sse', 'fastify-sse-v2'],
]

/** The circumstances of a run: machine, system, and the versions of all programs. */
export function machineOf() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    isPinned: canPin,
    /** The load average of the minute before: other work of the machine. */
    loadBefore: loadavg()[0],
    memory: `${Math.round(totalmem() / GIB)} GiB`,
    system: `${distribution()}${type()} ${release()}`,
    versions: versions(),
  }
}

function versions() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const packages = PACKAGES.map((name) => [name, packageVersion(name)])
  return Object.fromEntries(
    [
      ['lastbyte', `${version}${commit()}`],
      ['Node', process.version.slice(1)],
      ...packages,
      ['nginx', nginxVersion()?.slice('nginx/'.length)],
      ['Caddy', caddyVersion()],
      ['wrk', outputOf('wrk', ['-v']).match(/wrk \S*?([\d.]+)/)?.[1]],
      ...Object.entries({ h2load: 'nghttp2/', curl: 'curl ', aria2c: 'aria2 version ' }).map(
        ([program, before]) => [program, versionAfter(before, outputOf(program, ['--version']))],
      ),
    ].map(([name, found]) => [name, found ?? 'not installed']),
  )
}

const versionAfter = (before, output) => new RegExp(`${before}([\\d.]+)`).exec(output)?.[1]

function packageVersion(name) {
  try {
    return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'))
      .version
  } catch {
    return undefined
  }
}

/** The commit, such as ` (237a30d)`, and whether src/ has uncommitted changes. */
function commit() {
  const hash = outputOf('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD']).trim()
  if (!/^[\da-f]+$/.test(hash)) return ''
  const isChanged =
    outputOf('git', ['-C', ROOT, 'status', '--porcelain', '--', 'src']).trim() !== ''
  return ` (${hash}${isChanged ? ' and changes' : ''})`
}

function distribution() {
  try {
    const release = readFileSync('/etc/os-release', 'utf8')
    return `${/^PRETTY_NAME="(.*)"$/m.exec(release)[1]}, `
  } catch {
    return ''
  }
}

function outputOf(command, args) {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  return `${stdout ?? ''}${stderr ?? ''}`
}

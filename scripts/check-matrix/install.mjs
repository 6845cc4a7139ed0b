// Finds the programs and packages of the servers, and installs what is missing.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const HERE = import.meta.dirname
const ROOT = join(HERE, '../..')

/** Debian installs servers in folders that are not in every user's PATH. */
export const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin:/sbin`

/** Where the packages of the npm registry are installed: outside the repository, by the list of versions. */
export function packagesFolder() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const lock = createHash('sha256')
    .update(readFileSync(join(HERE, 'package-lock.json')))
    .digest('hex')
  return join(cache, 'lastbyte-check-matrix', lock.slice(0, 12))
}

export function hasCommand(command) {
  return PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** The folder whose node_modules has the packages of a server: the installed list, or lastbyte's own. */
export function peersOf({ npm = [] }) {
  const has = (folder) => npm.every((name) => existsSync(join(folder, 'node_modules', name)))
  return [packagesFolder(), ROOT].find(has)
}

/** What a server lacks on this machine, or undefined. */
export function lackOf(server) {
  const commands = server.allNeeds.filter(({ command }) => !hasCommand(command))
  if (commands.length > 0)
    return `needs ${commands.map(({ packages }) => packages.join(' ')).join(' ')}`
  return peersOf(server) === undefined ? `needs ${server.npm.join(' and ')} of npm` : undefined
}

/**
 * The folder to start a server's program in: its programs (peers/) beside its packages, since a module finds
 * packages by the place of its file.
 */
export function programsOf(server) {
  const folder = peersOf(server)
  if (folder === ROOT) return { programs: join(HERE, 'peers'), packages: folder }
  const programs = join(folder, 'peers')
  cpSync(join(HERE, 'peers'), programs, { recursive: true })
  return { programs, packages: folder }
}

/** Installs what the servers lack, as far as this user may. */
export function install(servers, note) {
  const missing = servers
    .flatMap(({ allNeeds }) => allNeeds)
    .filter(({ command }) => !hasCommand(command))
  if (missing.length > 0)
    installDebian([...new Set(missing.flatMap(({ packages }) => packages))], note)
  if (servers.some(({ npm }) => npm !== undefined)) installNpm(note)
}

function installDebian(packages, note) {
  if (!hasCommand('apt-get')) return
  const isRoot = process.getuid?.() === 0
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return
  note(`Installing ${packages.join(' ')}`)
  const before = servicesOf(packages)
  for (const call of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    sudo(['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...call])
  }
  // Some packages start a service; those that were not there before are stopped again.
  for (const service of servicesOf(packages)) {
    if (!before.includes(service)) sudo(['systemctl', 'disable', '--now', service])
  }
}

function sudo(words) {
  const [command, ...args] = process.getuid?.() === 0 ? words : ['sudo', '-n', ...words]
  return spawnSync(command, args, { stdio: ['ignore', 2, 2] }).status === 0
}

/** The packages whose service of the same name runs. Without systemd, apt-get starts none in a container. */
function servicesOf(packages) {
  return packages.filter(
    (name) => spawnSync('systemctl', ['is-active', '--quiet', name]).status === 0,
  )
}

function installNpm(note) {
  const folder = packagesFolder()
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return
  note(`Installing the servers of npm in ${folder}`)
  mkdirSync(folder, { recursive: true })
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(HERE, name), join(folder, name))
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2] })
  if (status !== 0)
    throw new Error(`npm ci in ${folder}: expected it to end with 0; received ${status}`)
}

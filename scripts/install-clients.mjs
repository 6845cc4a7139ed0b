// Installs the programs that the journeys run against or build with, where that is permitted. Programs that are
// still missing are listed. Their journeys are skipped; with CI=true a missing program is a failure.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Command → Debian packages that contain it. */
const CLIENTS = {
  curl: ['curl', 'ca-certificates'],
  wget: ['wget'],
  lftp: ['lftp'],
  rclone: ['rclone'],
  aria2c: ['aria2'],
  zsync: ['zsync'],
  '7z': ['p7zip-full'],
  bsdtar: ['libarchive-tools'],
  unzip: ['unzip'],
  ffmpeg: ['ffmpeg'],
  ffprobe: ['ffmpeg'],
  fusermount3: ['fuse3', 'python3-fusepy'],
  'mkfs.ext4': ['e2fsprogs', 'mount'],
  'mkfs.vfat': ['dosfstools'],
  'mkfs.exfat': ['exfatprogs'],
  'mount.exfat-fuse': ['exfat-fuse'],
  nginx: ['nginx-light'],
  goaccess: ['goaccess'],
  ip: ['iproute2'],
  strace: ['strace'],
  'x86_64-linux-gnu-gcc':
    process.arch === 'x64' ? ['gcc'] : ['gcc-x86-64-linux-gnu', 'libc6-dev-amd64-cross'],
  'aarch64-linux-gnu-gcc':
    process.arch === 'arm64' ? ['gcc'] : ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross'],
  apache2: ['apache2-bin'],
  caddy: ['caddy'],
  haproxy: ['haproxy'],
  'redis-server': ['redis-server'],
  git: ['git'],
  'systemd-analyze': ['systemd'],
  python3: ['python3'],
  go: ['golang-go'],
  ruby: ['ruby'],
  chromium: ['chromium', 'fonts-dejavu-core'],
  'firefox-esr': ['firefox-esr'],
  'swift-proxy-server': ['swift-proxy', 'swift-account', 'swift-container', 'swift-object'],
}

/** Module of Python → Debian package that contains it. */
const PYTHON_MODULES = { requests: 'python3-requests' }

function isImportable(module) {
  return spawnSync('python3', ['-c', `import ${module}`]).status === 0
}

function isInstalled(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function missing() {
  return [
    ...Object.keys(CLIENTS).filter((command) => !isInstalled(command)),
    ...Object.keys(PYTHON_MODULES).filter((module) => !isImportable(module)),
  ]
}

/** The prefix for apt-get, or undefined without the permission to install. */
function privilegePrefix() {
  if (!isInstalled('apt-get')) return undefined
  if (process.getuid?.() === 0) return []
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined
}

function install(packages) {
  const prefix = privilegePrefix()
  if (prefix === undefined) return
  for (const call of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const [command, ...rest] = [
      ...prefix,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      ...call,
    ]
    spawnSync(command, rest, { stdio: ['ignore', 2, 2] })
  }
}

function packagesOf(wanted) {
  return CLIENTS[wanted] ?? [PYTHON_MODULES[wanted]]
}

const wanted = missing()
if (wanted.length > 0) install([...new Set(wanted.flatMap(packagesOf))])
for (const command of missing()) {
  process.stdout.write(
    `missing: ${command} (Debian: ${packagesOf(command)[0]}); its journeys are skipped\n`,
  )
  if (process.env.CI === 'true') process.exitCode = 1
}

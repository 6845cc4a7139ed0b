// Measures what a client far away receives over TLS: the time to the first byte of a new connection, and the speed of a
// long download, by HTTP/1.1 and HTTP/2, from lastbyte and from nginx. Both ends are network namespaces of this run.
// Use, as root, after `npm run build`: node scripts/measure-far/main.mjs [--rounds N]
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { certificateIn } from '../bench/servers/tls-certificate.mjs'

const LINKS = [
  { title: '2 Mbit/s, 100 ms', rate: 2e6, delay: 50, files: ['small'] },
  { title: '20 Mbit/s, 100 ms', rate: 20e6, delay: 50, files: ['small'] },
  { title: '100 Mbit/s, 100 ms', rate: 100e6, delay: 50, files: ['small', 'large'] },
]
const SIZES = { small: 1 << 20, large: 64 << 20 }
const SERVERS = { lastbyte: startLastbyte, nginx: startNginx }
const PORTS = { lastbyte: 8443, nginx: 8444 }

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds: expected a positive integer; received "${values.rounds}"`)
if (process.getuid?.() !== 0) throw new Error('expected root, which may create network namespaces')
const folder = mkdtempSync(join(tmpdir(), 'measure-far-'))
const [near, far] = ['near', 'far'].map((end) => `lb-${end}-${process.pid}`)
const children = []
try {
  for (const name of [near, far]) execFileSync('ip', ['netns', 'add', name])
  execFileSync('ip', ['-n', near, 'link', 'set', 'lo', 'up'])
  const certificate = certificateIn(folder)
  // For the worker of nginx.
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'files'))
  for (const [name, bytes] of Object.entries(SIZES)) {
    writeFileSync(join(folder, 'files', name), '')
    truncateSync(join(folder, 'files', name), bytes)
  }
  for (const begin of Object.values(SERVERS)) begin(certificate)
  console.log(
    '| link, round trip | | first byte, ms | 1 MiB, ms | 64 MiB, Mbit/s |\n| --- | --- | ---: | ---: | ---: |',
  )
  for (const { title, rate, delay, files } of LINKS) {
    const link = run('python3', [
      fileURLToPath(new URL('link.py', import.meta.url)),
      near,
      far,
      rate,
      delay,
    ])
    await once(link.stdout, 'data')
    for (const port of Object.values(PORTS)) await listens(port)
    const rows = new Map()
    for (let round = 0; round < rounds; round += 1) {
      for (const server of Object.keys(SERVERS)) {
        for (const version of ['1.1', '2']) {
          const row = `${server}, HTTP/${version}`
          const found = rows.get(row) ?? rows.set(row, { first: [], whole: [], speed: [] }).get(row)
          // The sizes of the kernel's windows are remembered by address, so each round begins alike.
          execFileSync('ip', ['netns', 'exec', near, 'ip', 'tcp_metrics', 'flush', 'all'])
          for (const file of files) {
            const times = await download(`https://10.8.0.1:${PORTS[server]}/${file}`, version)
            if (file === 'small') {
              found.first.push(times.first)
              found.whole.push(times.end)
            } else found.speed.push((SIZES.large * 8) / 1e3 / times.end)
          }
        }
      }
    }
    for (const [row, { first, whole, speed }] of rows) {
      console.log(`| ${title} | ${row} | ${median(first)} | ${median(whole)} | ${median(speed)} |`)
    }
    link.kill()
    await once(link, 'close')
  }
} finally {
  for (const child of children) child.kill()
  for (const name of [near, far]) execFileSync('ip', ['netns', 'delete', name])
  rmSync(folder, { recursive: true })
}

function run(command, args) {
  const child = spawn(command, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

function startLastbyte({ cert, key }) {
  const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
  const options = [
    '--host',
    '0.0.0.0',
    '--port',
    PORTS.lastbyte,
    '--tls-cert',
    cert,
    '--tls-key',
    key,
  ]
  const log = ['--log-level', 'silent']
  run('ip', [
    'netns',
    'exec',
    near,
    process.execPath,
    command,
    'serve',
    join(folder, 'files'),
    ...options,
    ...log,
  ])
}

function startNginx({ cert, key }) {
  const config = join(folder, 'nginx.conf')
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${join(folder, 'nginx.pid')}; events {}
http {
  access_log off;
  sendfile on;
  server {
    listen 0.0.0.0:${PORTS.nginx} ssl http2;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    root ${join(folder, 'files')};
  }
}`,
  )
  run('ip', ['netns', 'exec', near, 'nginx', '-c', config, '-e', join(folder, 'error.log')])
}

/** Downloads a file on a connection of its own. Resolves to the ms to its first and its last byte. */
async function download(url, version) {
  const client = fileURLToPath(new URL('client.mjs', import.meta.url))
  const child = run('ip', ['netns', 'exec', far, process.execPath, client, url, version])
  const output = await text(child.stdout)
  const { first, end, bytes } = JSON.parse(output || '{}')
  if (bytes !== SIZES[url.split('/').at(-1)]) throw new Error(`${url}: received "${output}"`)
  return { first, end }
}

/** Waits until a server sends a file. */
async function listens(port) {
  const url = `https://10.8.0.1:${port}/small`
  const retrying = ['--retry', '20', '--retry-connrefused', '--retry-delay', '1', '-o', '/dev/null']
  const child = run('ip', ['netns', 'exec', far, 'curl', '-skf', ...retrying, url])
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`no server at ${url}: curl ${code}`)
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted.length === 0 ? '' : Math.round(sorted[Math.floor(sorted.length / 2)])
}

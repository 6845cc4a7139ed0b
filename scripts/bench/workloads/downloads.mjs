import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GIB, LARGE, MIB } from '../files.mjs'
import { median } from '../measure.mjs'
import { isInstalled, startServer } from '../peers.mjs'

const COMMAND = join(import.meta.dirname, '../../../dist/cli/main.js')
const SMALL_FILES = 20
/** ms between two samples of a process's memory. */
const SAMPLE_INTERVAL = 10

/** The command of each client for a download of a URL to a file. */
const CLIENTS = {
  curl: (url, to) => ['curl', '-s', '-o', to, url],
  get: (url, to) => [process.execPath, COMMAND, 'get', '-q', '-o', to, url],
  'aria2 -x4': (url, to) => [
    ...['aria2c', '-q', '--no-conf', '-x4', '-s4', '-k1M', '--file-allocation=none'],
    ...['-d', join(to, '..'), '-o', 'out', url],
  ],
  'get --connections 4': (url, to) => [...CLIENTS.get(url, to), '--connections', '4'],
}

/** Runs a command; resolves to its wall time in seconds and its peak memory in bytes. */
async function run([command, ...args], cwd) {
  const began = performance.now()
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  let memory = 0
  const timer = setInterval(() => {
    try {
      const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))
      memory = Math.max(memory, kilobytes * 1024)
    } catch {
      // The process has ended, or there is no /proc.
    }
  }, SAMPLE_INTERVAL)
  const [code] = await once(child, 'exit')
  clearInterval(timer)
  if (code !== 0) throw new Error(`${command} exited with ${code}`)
  return { seconds: (performance.now() - began) / 1000, memory }
}

/** Runs all jobs alternately for a number of rounds; resolves to the medians by name. */
async function alternate(jobs, rounds) {
  const runs = Object.fromEntries(Object.keys(jobs).map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, job] of Object.entries(jobs)) runs[name].push(await job())
  }
  return Object.fromEntries(
    Object.entries(runs).map(([name, each]) => [
      name,
      {
        seconds: median(each.map(({ seconds }) => seconds)),
        memory: Math.max(...each.map(({ memory }) => memory)),
      },
    ]),
  )
}

function toFolder(client, url, folder) {
  return async () => {
    const place = mkdtempSync(join(folder, 'download-'))
    try {
      return await run(CLIENTS[client](url, join(place, 'out')), place)
    } finally {
      rmSync(place, { recursive: true })
    }
  }
}

/** Downloads of one large file from a server, to memory and to a disk. */
async function large(server, folder, rounds) {
  const url = `http://127.0.0.1:${server.port}${LARGE.path}`
  const names = Object.keys(CLIENTS).filter((name) => {
    return !name.startsWith('aria2') || spawnSync('aria2c', ['-v']).status === 0
  })
  const jobs = Object.fromEntries(names.map((name) => [name, toFolder(name, url, folder)]))
  jobs['curl, to a disk'] = toFolder('curl', url, tmpdir())
  jobs['get, to a disk, synced'] = toFolder('get', url, tmpdir())
  return alternate(jobs, rounds)
}

/** Downloads of twenty small files. */
async function smallFiles(server, folder, rounds) {
  const urls = Array.from(
    { length: SMALL_FILES },
    (_, index) => `http://127.0.0.1:${server.port}/few/${index}`,
  )
  const inFolder = (command) => async () => {
    const place = mkdtempSync(join(folder, 'download-'))
    try {
      return await run(command, place)
    } finally {
      rmSync(place, { recursive: true })
    }
  }
  return alternate(
    {
      curl: inFolder(['curl', '-s', '--remote-name-all', ...urls]),
      get: inFolder([process.execPath, COMMAND, 'get', '-q', ...urls]),
      'start of Node': inFolder([process.execPath, '-e', '0']),
    },
    rounds,
  )
}

/** Measures downloads with several clients; prints each result. */
export async function measureDownloads({ place, rounds, print, note }) {
  const { memory: files, scratch: folder } = place
  mkdirSync(join(files, 'few'))
  for (let index = 0; index < SMALL_FILES; index += 1) {
    writeFileSync(join(files, 'few', String(index)), Buffer.alloc(MIB, index))
  }
  for (const name of ['nginx', 'lastbyte'].filter(isInstalled)) {
    note(`downloads from ${name}`)
    const server = await startServer(name, files, folder)
    const one = await large(server, folder, rounds)
    print(`\n### Download of 1 GiB from ${name}\n\n${tableOf(one, GIB)}`)
    const ratio = (a, b) => (one[a].seconds / one[b].seconds).toFixed(2)
    print(`\nget ÷ curl: ${ratio('get', 'curl')} (goal ≤ 1)`)
    if (one['aria2 -x4'])
      print(
        `get ÷ aria2, four connections: ${ratio('get --connections 4', 'aria2 -x4')} (goal ≤ 1)`,
      )
    const peak = Math.max(one.get.memory, one['get --connections 4'].memory)
    print(`Peak memory of get: ${Math.round(peak / 1e6)} MB (goal < 150)`)
    const small = await smallFiles(server, folder, rounds)
    const start = small['start of Node'].seconds
    const over = ((small.get.seconds - start) / small.curl.seconds).toFixed(2)
    print(
      `\n### ${SMALL_FILES} files of 1 MiB from ${name}\n\n${tableOf(small, SMALL_FILES * MIB)}`,
    )
    print(`\n(get − start of Node) ÷ curl: ${over} (goal ≤ 1.5)`)
    await server.stop()
  }
}

function tableOf(results, bytes) {
  const rows = Object.entries(results).map(([name, { seconds, memory }]) => {
    const speed = name.startsWith('start of') ? '–' : Math.round(bytes / 1e6 / seconds)
    return `| ${name} | ${seconds.toFixed(3)} | ${speed} | ${Math.round(memory / 1e6)} |`
  })
  return ['| client | s | MB/s | peak RSS MB |', '| --- | ---: | ---: | ---: |', ...rows].join('\n')
}

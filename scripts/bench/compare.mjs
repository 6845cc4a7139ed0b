// Compares this checkout with another one, such as an older commit, in the same run: requests a second on
// files of 4 KiB and 100 KiB, and CPU seconds for a GiB. Both need `npm ci` (which builds them) and wrk.
//
// Usage: npm run bench:compare -- ../older-checkout [rounds, default 8]
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { cpuSeconds, median } from './measure.mjs'
import { LOAD_CORE, outputOf, start, stop, stopAll, wait } from './processes.mjs'
import { freePort } from './servers/free-port.mjs'

const [other, rounds = '8'] = process.argv.slice(2)
const CHECKOUTS = { before: resolve(other ?? ''), now: join(import.meta.dirname, '../..') }
const GIB = 1024 ** 3
const FILES = { '4k': 4096, '100k': 102_400, '1g': GIB }
const CONNECTIONS = 32
const DOWNLOADS = 8

async function serve(checkout, folder) {
  const command = join(checkout, 'dist/cli/main.js')
  if (!statSync(command, { throwIfNoEntry: false })) {
    throw new Error(`${checkout}: expected a checkout after "npm ci"; ${command} is absent`)
  }
  const port = await freePort()
  const child = start(process.execPath, [command, 'serve', folder, '--port', port])
  child.stdout.resume()
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(`${url}/4k`, { method: 'HEAD' }).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { child, url }
    await wait(50)
  }
  throw new Error(`${checkout}: the server did not start: ${child.stderrTail}`)
}

async function requestRate({ url }, file) {
  const args = ['-t1', `-c${CONNECTIONS}`, '-d2s', `${url}/${file}`]
  const output = await outputOf(start('wrk', args, { core: LOAD_CORE }))
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1])
}

async function cpuPerGib({ child, url }) {
  const before = cpuSeconds([child.pid])
  const args = ['-s', '-o', '/dev/null', `${url}/1g`]
  await Promise.all(Array.from({ length: DOWNLOADS }, () => outputOf(start('curl', args))))
  return (cpuSeconds([child.pid]) - before) / DOWNLOADS
}

const folder = mkdtempSync(join(tmpdir(), 'lastbyte-compare-'))
try {
  for (const [name, size] of Object.entries(FILES)) {
    writeFileSync(join(folder, name), Buffer.alloc(Math.min(size, GIB), 'lastbyte'))
  }
  await wait(100)
  const servers = {}
  for (const [name, checkout] of Object.entries(CHECKOUTS))
    servers[name] = await serve(checkout, folder)
  const measures = {
    'requests/s, 4 KiB': (server) => requestRate(server, '4k'),
    'requests/s, 100 KiB': (server) => requestRate(server, '100k'),
    'CPU s/GiB': cpuPerGib,
  }
  const figures = Object.fromEntries(
    Object.keys(measures).map((measure) => [measure, { before: [], now: [] }]),
  )
  for (let round = 0; round <= Number(rounds); round += 1) {
    const names = round % 2 === 0 ? ['before', 'now'] : ['now', 'before']
    for (const [measure, run] of Object.entries(measures)) {
      for (const name of names) {
        const figure = await run(servers[name])
        // The first round warms both servers up.
        if (round > 0) figures[measure][name].push(figure)
      }
    }
  }
  for (const [measure, { before, now }] of Object.entries(figures)) {
    const [older, newer] = [median(before), median(now)]
    process.stdout.write(
      `${measure}: before ${older.toFixed(3)}, now ${newer.toFixed(3)}, ratio ${(newer / older).toFixed(3)}\n`,
    )
  }
  await Promise.all(Object.values(servers).map(({ child }) => stop(child)))
} finally {
  await stopAll()
  rmSync(folder, { recursive: true, force: true })
}

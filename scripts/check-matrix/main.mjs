// Checks other HTTP servers as `lastbyte check` does, one after the other, and writes docs/check.md. `npm run
// check:matrix -- --help` lists the options.
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { interruption, stopAll } from '../bench/processes.mjs'
import { checkServer } from './check-server.mjs'
import { FILM } from './files.mjs'
import { readOptions, USAGE } from './options.mjs'
import { prepare } from './prepare.mjs'
import { insertInto, kept, mergeRows, reportOf, unreproduced } from './report.mjs'
import { SERVERS } from './servers/index.mjs'
import { startServer } from './start.mjs'

const ROOT = join(import.meta.dirname, '../..')
const DOCUMENT = join(ROOT, 'docs/check.md')
/** The rows of docs/check.md, which test/journey/check-matrix.tap.ts compares with. */
const RESULTS = join(import.meta.dirname, 'results.json')

/** How the failures of other servers were reproduced by hand. */
const REPRODUCTIONS = JSON.parse(
  readFileSync(join(import.meta.dirname, 'reproductions.json'), 'utf8'),
)

const note = (text) => process.stderr.write(`${text}\n`)
const print = (text) => process.stdout.write(`${text}\n`)

async function checkAll(options) {
  const { check } = await import('../../dist/testing/index.js')
  const { levelOf } = await import('../../dist/check/report/level.js')
  const { servers, bucket, stop } = await prepare(options, note)
  const rows = []
  const failures = []
  try {
    for (const server of servers) {
      try {
        if (server.isOfBucket) await bucket.aged()
        const begin = Date.now()
        const row = await checkServer(server, { check, levelOf, bucket })
        rows.push(row)
        const seconds = Math.round((Date.now() - begin) / 1000)
        note(`${row.name} ${row.version}: ${row.level}; ${row.failed.length} failed; ${seconds} s`)
      } catch (error) {
        failures.push(`${server.name}: ${error.stack}`)
      }
    }
  } finally {
    await stop()
  }
  return { rows, failures }
}

/** Starts servers and prints their URLs. They end with the process's stdin, or when it is interrupted. */
async function serve(options) {
  const { servers, bucket, stop } = await prepare(options, note)
  const running = []
  try {
    for (const server of servers) {
      const { stop, url } = await startServer(server, bucket)
      running.push(stop)
      print(`${server.name}: ${url}/${FILM}`)
    }
    await Promise.race([once(process.stdin.resume(), 'end'), once(interruption, 'abort')])
  } finally {
    for (const stopServer of running) await stopServer()
    await stop()
    process.stdin.destroy()
  }
}

function writeResults(rows) {
  const earlier = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : []
  const ids = SERVERS.map(({ id }) => id)
  const all = mergeRows(earlier, rows.map(kept), ids)
  const unproven = unreproduced(all, REPRODUCTIONS)
  if (unproven.length > 0) {
    const expected =
      'expected each failure in scripts/check-matrix/reproductions.json, reproduced with curl'
    throw new Error(
      `docs/check.md was not written: ${expected}; not there:\n${unproven.join('\n')}`,
    )
  }
  writeFileSync(RESULTS, `${JSON.stringify(all, null, 2)}\n`)
  writeFileSync(DOCUMENT, insertInto(readFileSync(DOCUMENT, 'utf8'), reportOf(all, REPRODUCTIONS)))
}

let options
try {
  options = readOptions(process.argv.slice(2))
  if (options.help) {
    print(USAGE)
    process.exit()
  }
  if (!existsSync(join(ROOT, 'dist/testing/index.js'))) {
    throw new Error('dist/testing/index.js: not found; run npm run build first')
  }
} catch (error) {
  note(error.message)
  process.exit(2)
}

let interrupted = false
const interrupt = () => {
  interrupted = true
  // Code that waits for one of the processes rejects, so the run ends as after any failure.
  stopAll()
}
process.once('SIGINT', interrupt).once('SIGTERM', interrupt)

try {
  if (options.serve) {
    await serve(options)
  } else {
    const { rows, failures } = await checkAll(options)
    print(options.json ? JSON.stringify(rows, null, 2) : reportOf(rows))
    if (failures.length > 0) throw new Error(`Not checked:\n${failures.join('\n')}`)
    if (options.writes) writeResults(rows)
  }
} catch (error) {
  note(interrupted ? 'interrupted' : error.message)
  process.exitCode = 1
} finally {
  await stopAll()
}

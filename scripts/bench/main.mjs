// Measures lastbyte beside other servers, each in its own process, in alternating rounds. `npm run bench --
// --help` lists the options; docs/benchmarks.md explains the method.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePlace } from './files.mjs'
import { readOptions, USAGE } from './options.mjs'
import { stopAll } from './processes.mjs'
import { chartsOf } from './report/charts.mjs'
import { captionOf, circumstancesOf, insertInto, reportOf } from './report/document.mjs'
import { goalsSection } from './report/judge.mjs'
import { run } from './run.mjs'

const ROOT = join(import.meta.dirname, '../..')
const DOCS = join(ROOT, 'docs')
const DOCUMENT = join(DOCS, 'benchmarks.md')

const note = (text) => process.stderr.write(`${text}\n`)
const print = (text) => process.stdout.write(`${text}\n`)

async function measure(options) {
  const place = makePlace()
  try {
    return await run(place, options, { note, print })
  } finally {
    await stopAll()
    place.remove()
  }
}

/** Prints the results, and writes them as JSON and to docs/benchmarks.md as the options say. */
function report(results, { json, writes }) {
  const goals = goalsSection(results.cases)
  if (goals !== undefined) print(`${goals}\n`)
  for (const reason of results.notes) print(`Left out: ${reason}.`)
  print(circumstancesOf(results))
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`)
  if (results.failures.length > 0) throw new Error(`Failed:\n${results.failures.join('\n')}`)
  if (!writes) return
  const charts = chartsOf(results.cases, { caption: captionOf(results) })
  for (const [file, svg] of Object.entries(charts)) writeFileSync(join(DOCS, file), svg)
  const document = insertInto(readFileSync(DOCUMENT, 'utf8'), reportOf(results, charts))
  writeFileSync(DOCUMENT, document)
}

let options
try {
  options = readOptions(process.argv.slice(2))
  if (options.help) {
    print(USAGE)
    process.exit()
  }
  if (!existsSync(join(ROOT, 'dist/index.js'))) {
    throw new Error('dist/index.js: not found; run npm run build first')
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
  const { from } = options
  report(
    from === undefined ? await measure(options) : JSON.parse(readFileSync(from, 'utf8')),
    options,
  )
} catch (error) {
  note(interrupted ? 'interrupted' : error.stack)
  process.exitCode = 1
}

import { checkAll } from './check.mjs'
import { GIB, MIB, makeFiles } from './files.mjs'
import { isInstalled } from './peers.mjs'
import { interruption, stopRunning } from './processes.mjs'
import { machineOf } from './report/machine.mjs'
import { sectionOf } from './report/table.mjs'
import { serversByFolder, subjectsOf } from './subjects.mjs'
import { titleOf } from './titles.mjs'
import { warmFiles } from './warm-files.mjs'
import { WORKLOADS } from './workloads/index.mjs'
import { warmUp } from './workloads/warm-up.mjs'

/**
 * Measures the workloads one after another.
 *
 * @param options the options that `readOptions` returns
 * @param out `note` prints progress, `print` prints results
 * @returns all figures, as a JSON value
 */
export async function run(place, options, { note, print }) {
  const { rounds, isQuick } = options
  const results = {
    at: new Date().toISOString(),
    machine: machineOf(),
    isQuick,
    rounds,
    seconds: options.seconds,
    notes: [],
    failures: [],
    cases: {},
    leftOut: Object.keys(WORKLOADS).filter((name) => !options.workloads.includes(name)),
  }
  const progress = progressOf(note)
  const names = options.workloads.filter((name) => {
    const reason = reasonAgainst(WORKLOADS[name], place)
    if (reason !== undefined) results.notes.push(`${name}: ${reason}`)
    return reason === undefined
  })
  const workloads = names.map((name) => WORKLOADS[name])
  results.notes.push(...absent(workloads, options))
  for (const reason of results.notes) note(`left out: ${reason}`)
  progress.begin('preparation')
  progress.note('creating the files')
  const files = [...new Set(workloads.flatMap((workload) => workload.files))]
  await makeFiles(place, files)
  await warmFiles(place, files)
  const servers = serversByFolder(workloads, options)
  const mostBytes = isQuick ? 16 * MIB : GIB
  const unsupported = await checkAll(servers, place, { files, mostBytes }, progress.note)
  for (const [index, name] of names.entries()) {
    const workload = WORKLOADS[name]
    progress.begin(`${index + 1}/${names.length}`)
    const context = {
      ...{ place, unsupported, rounds, isQuick, mostBytes, note: progress.note },
      seconds: options.seconds,
      warmUp: (most, measureRound) => warmUp(isQuick ? Math.ceil(most / 4) : most, measureRound),
      subjectsOf: (found) => subjectsOf(workload, found, options),
    }
    try {
      const cases = await workload.run(context)
      Object.assign(results.cases, cases)
      for (const found of Object.keys(cases)) print(`${sectionOf(found, results.cases)}\n`)
    } catch (error) {
      if (interruption.aborted) throw error
      // The other workloads are measured all the same; the run fails at its end.
      note(error.stack)
      results.failures.push(`${name}: ${error.message}`)
      await stopRunning()
    }
  }
  results.minutes = progress.minutes()
  return results
}

/** Notes with the minutes since the start and the part of the run. */
function progressOf(note) {
  const began = performance.now()
  const minutes = () => (performance.now() - began) / 60_000
  let part = ''
  return {
    minutes,
    begin: (next) => {
      part = next
    },
    note: (text) => note(`[${part}, ${minutes().toFixed(1)} min] ${text}`),
  }
}

/** The subjects that are not installed. */
function absent(workloads, { servers }) {
  const all = workloads.flatMap(({ subjects = {} }) =>
    Object.values(subjects).flatMap((each) => each ?? servers),
  )
  return [...new Set(all)]
    .filter((name) => !isInstalled(name))
    .map((name) => `${titleOf(name)} (${name}), which is not installed`)
}

function reasonAgainst({ on, lacks }, place) {
  if (place[on] === undefined) return 'no disk has enough free space'
  return lacks?.()
}

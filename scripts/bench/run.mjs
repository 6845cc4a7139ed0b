import { checkAll } from './check.mjs'
import { makeFiles } from './files.mjs'
import { isInstalled } from './peers.mjs'
import { interruption, stopRunning } from './processes.mjs'
import { machineOf } from './report/machine.mjs'
import { sectionOf } from './report/table.mjs'
import { warmFiles } from './warm-files.mjs'
import { WORKLOADS } from './workloads/index.mjs'

/**
 * Measures the workloads one after another.
 *
 * @param options the options that `readOptions` returns
 * @param out `note` prints progress, `print` prints results
 * @returns all figures, as a JSON value
 */
export async function run(place, options, { note, print }) {
  const { rounds, seconds } = options
  const machine = machineOf()
  const notes = []
  const leaveOut = (reason) => {
    note(`left out: ${reason}`)
    notes.push(reason)
  }
  const servers = options.servers.filter((name) => {
    if (!isInstalled(name)) leaveOut(`${name}, which is not installed`)
    return isInstalled(name)
  })
  const workloads = options.workloads.filter((name) => {
    const reason = reasonAgainst(WORKLOADS[name], place)
    if (reason !== undefined) leaveOut(`${name}: ${reason}`)
    return reason === undefined
  })
  note('creating the files')
  const files = [...new Set(workloads.flatMap((name) => WORKLOADS[name].files))]
  await makeFiles(place, files)
  await warmFiles(place, files)
  const unsupported = await checkAll(serversByFolder(workloads, servers), place, files, note)

  const results = {
    at: new Date().toISOString(),
    machine,
    rounds,
    seconds,
    notes,
    failures: [],
    cases: {},
  }
  for (const name of workloads) {
    const workload = WORKLOADS[name]
    const context = {
      place,
      servers: serversOf(workload, servers),
      unsupported,
      rounds,
      seconds,
      note,
      print,
    }
    try {
      const cases = (await workload.run(context)) ?? {}
      Object.assign(results.cases, cases)
      for (const found of Object.keys(cases)) {
        print(`${sectionOf(found, results.cases, results)}\n`)
      }
    } catch (error) {
      if (interruption.aborted) throw error
      // The other workloads are measured all the same; the run fails at its end.
      note(error.stack)
      results.failures.push(`${name}: ${error.message}`)
      await stopRunning()
    }
  }
  return results
}

/** The servers that a workload measures. */
function serversOf({ prints, alone, servers: own }, servers) {
  if (prints) return []
  return alone ?? own?.filter((name) => servers.includes(name)) ?? servers
}

function serversByFolder(workloads, servers) {
  const folders = {}
  for (const workload of workloads.map((name) => WORKLOADS[name])) {
    folders[workload.on] ??= new Set()
    for (const name of serversOf(workload, servers)) folders[workload.on].add(name)
  }
  return folders
}

function reasonAgainst({ on, lacks }, place) {
  if (place[on] === undefined) return 'no disk has 3 GiB of free space'
  return lacks?.()
}

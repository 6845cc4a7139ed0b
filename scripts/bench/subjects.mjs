import { isInstalled, SERVERS } from './peers.mjs'
import { subjectsOfGoals } from './report/goals.mjs'

/**
 * The subjects of a case that a run measures: without a list of its own, the servers of the run; in a quick
 * run, those that a goal compares.
 */
export function subjectsOf({ subjects = {} }, name, { servers, isQuick }) {
  const all = subjects[name] ?? servers
  const compared = subjectsOfGoals(name)
  return all
    .filter((subject) => !SERVERS.includes(subject) || servers.includes(subject))
    .filter((subject) => !isQuick || compared.has(subject))
    .filter(isInstalled)
}

/** By folder, the file servers of the workloads, whose responses are checked before anything is measured. */
export function serversByFolder(workloads, options) {
  const folders = {}
  for (const workload of workloads.filter(({ checksItself }) => !checksItself)) {
    folders[workload.on] ??= new Set()
    for (const name of workload.cases)
      for (const server of subjectsOf(workload, name, options)) folders[workload.on].add(server)
  }
  return folders
}

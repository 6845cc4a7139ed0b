import { goalsTable } from './goals.mjs'
import { sectionOf } from './table.mjs'

export const BEGIN = '<!-- bench:begin -->'
export const END = '<!-- bench:end -->'

/** The report of a run in Markdown. */
export function reportOf(results) {
  const { cases } = results
  const goals = goalsTable(cases)
  return [
    '![The figures of the tables below as bars](benchmarks.svg)',
    circumstancesOf(results),
    ...(goals === undefined ? [] : [`### Goals\n\n${goals}`]),
    ...Object.keys(cases).map((name) => sectionOf(name, cases, results)),
    ...results.notes.map((note) => `Left out: ${note}.`),
  ].join('\n\n')
}

export function circumstancesOf({ at, machine }) {
  const { cpu, cores, isPinned, loadBefore, memory, system, versions } = machine
  const pinned = isPinned
    ? 'the servers pinned to one core and the load generators to another'
    : 'no process pinned to a core'
  const all = Object.entries(versions).map((version) => version.join(' '))
  return [
    `${at.slice(0, 10)}, on ${cores} cores (${cpu}), ${memory} of memory, ${pinned}; ${system}.`,
    `Load average of the minute before: ${loadBefore.toFixed(2)} (an idle machine has less than 0.3).`,
    `${all.join(', ')}.`,
  ].join('\n')
}

/** Replaces the text between the marks of a document by the report of a run. */
export function insertInto(document, generated) {
  const [start, end] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (start === -1 || end < start) {
    throw new Error(`Cannot write the document: expected ${BEGIN} followed by ${END}`)
  }
  const before = document.slice(0, start + BEGIN.length)
  return `${before}\n\n${generated.trim()}\n\n${document.slice(end)}`
}

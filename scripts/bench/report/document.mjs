import { goalsTable } from './goals.mjs'
import { sectionOf } from './table.mjs'

export const BEGIN = '<!-- bench:begin -->'
export const END = '<!-- bench:end -->'

/** The whole of a run in Markdown. */
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
    : 'nobody pinned to a core'
  const all = Object.entries(versions).map((version) => version.join(' '))
  return [
    `${at.slice(0, 10)}, on ${cores} cores (${cpu}), ${memory} of memory, ${pinned}; ${system}.`,
    `Load of the machine in the minute before: ${loadBefore.toFixed(2)} (a quiet one has less than 0.3).`,
    `${all.join(', ')}.`,
  ].join('\n')
}

/** Puts what a run has found between the marks of a document; the words around them stay. */
export function insertInto(document, generated) {
  const [start, end] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (start === -1 || end < start) {
    throw new Error(`Cannot write the document: wanted ${BEGIN} and behind it ${END} in it`)
  }
  const before = document.slice(0, start + BEGIN.length)
  return `${before}\n\n${generated.trim()}\n\n${document.slice(end)}`
}

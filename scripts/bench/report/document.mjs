import { goalsSection } from './judge.mjs'
import { sectionOf } from './table.mjs'

export const BEGIN = '<!-- bench:begin -->'
export const END = '<!-- bench:end -->'

/** The report of a run in Markdown, with its charts: SVG by file name. */
export function reportOf(results, charts) {
  const { cases } = results
  const goals = goalsSection(cases)
  return [
    ...Object.entries(charts).map(([file, svg]) => `![${labelOf(svg)}](${file})`),
    circumstancesOf(results),
    ...(goals === undefined ? [] : [goals]),
    ...Object.keys(cases).map((name) => sectionOf(name, cases)),
    ...results.notes.map((note) => `Left out: ${note}.`),
  ].join('\n\n')
}

const labelOf = (svg) => /aria-label="([^"]*)"/.exec(svg)[1]

/** The line below a chart. */
export function captionOf({ at, machine }) {
  const { lastbyte, Node } = machine.versions
  return `${at.slice(0, 10)}, lastbyte ${lastbyte}, Node ${Node}; docs/benchmarks.md`
}

/** What a quick run leaves out. */
const roughness = ({ rounds, seconds, leftOut }) =>
  `A quick run, rougher than a complete one: ${rounds === 1 ? 'one round' : `${rounds} rounds`} of ${seconds} s after short warm-ups, less data where the ratio holds, and only the subjects that a goal compares. Look at the minimum and maximum before you trust a margin below 15 %. Left out: ${leftOut.join(', ')}.`

export function circumstancesOf(results) {
  const { at, machine, minutes, isQuick } = results
  const { cpu, cores, isPinned, loadBefore, memory, system, versions } = machine
  const pinned = isPinned
    ? 'the servers pinned to one core and the load generators to another'
    : 'no process pinned to a core'
  const all = Object.entries(versions).map((version) => version.join(' '))
  return [
    `${at.slice(0, 10)}, on ${cores} cores (${cpu}), ${memory} of memory, ${pinned}; ${system}.`,
    `Load average of the minute before: ${loadBefore.toFixed(2)} (an idle machine has less than 0.3).`,
    `${all.join(', ')}.`,
    ...(minutes === undefined ? [] : [`The run took ${minutes.toFixed(1)} minutes.`]),
    ...(isQuick ? [roughness(results)] : []),
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

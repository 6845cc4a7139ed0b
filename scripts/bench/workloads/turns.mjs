/**
 * Measures every subject once in every round, so that a disturbance of the machine affects all alike.
 * Another subject is first in each round.
 *
 * @param subjects objects with a `name`
 * @param measure resolves to the figures of one subject in this round, by metric
 * @returns by the subjects' names and by metric, the figures of all rounds
 */
export async function takeTurns(subjects, rounds, measure) {
  const figures = Object.fromEntries(subjects.map(({ name }) => [name, {}]))
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const subject = subjects[(round + turn) % subjects.length]
      record(figures, subject.name, await measure(subject, round))
    }
  }
  return figures
}

/** Adds the figures of one round of a subject, by metric, to those of its other rounds. */
export function record(figures, name, measured) {
  figures[name] ??= {}
  for (const [metric, figure] of Object.entries(measured)) {
    if (figure === undefined) continue
    figures[name][metric] ??= []
    figures[name][metric].push(figure)
  }
}

/**
 * Lets each take its turn in every round, so that what disturbs the machine for a while disturbs all alike.
 * Who begins changes from round to round.
 *
 * @param measure given one of `those`; resolves to its figures in this round, by metric
 * @returns for each of `those` by its name, and each metric, the figures of all rounds
 */
export async function takeTurns(those, rounds, measure) {
  const figures = Object.fromEntries(those.map(({ name }) => [name, {}]))
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < those.length; turn += 1) {
      const one = those[(round + turn) % those.length]
      const measured = await measure(one, round)
      for (const [metric, figure] of Object.entries(measured)) {
        if (figure === undefined) continue
        figures[one.name][metric] ??= []
        figures[one.name][metric].push(figure)
      }
    }
  }
  return figures
}

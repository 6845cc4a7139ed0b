import { CLIENT_NAMES, type Run } from './run.js'

/** The seeds of the whole journey. */
export const SEEDS = seedsUpTo(200)

export function seedsUpTo(most: number): number[] {
  return Array.from({ length: most }, (_, index) => index + 1)
}

/** What is wrong with a run, and how to see it again; nothing where all is well. */
export function report({ client, scenario, verdict, neglected }: Run): string[] {
  const wrong = verdict.kind === 'silently wrong' ? [`silently wrong: ${verdict.why}`] : []
  const lines = [...wrong, ...neglected.map((each) => `the server gave ${each}`)]
  if (lines.length === 0) return []
  const { seed } = scenario
  return [
    `seed ${seed}, ${client}`,
    ...lines,
    `replay: npm run chaos -- --seed ${seed} --client ${client}`,
  ]
}

/** One line: what all came to, by client. */
export function summary(runs: readonly Run[]): string {
  const names = CLIENT_NAMES.filter((name) => runs.some(({ client }) => client === name))
  const counts = names.map((name) => {
    const kinds = runs.filter(({ client }) => client === name).map(({ verdict }) => verdict.kind)
    const count = (kind: string) => kinds.filter((each) => each === kind).length
    return (
      `${name}: ${count('whole')} whole, ${count('clear error')} clear errors, ` +
      `${count('caught lie')} caught lies, ${count('splice')} splices`
    )
  })
  return `${runs.length} runs; ${counts.join('; ')}`
}

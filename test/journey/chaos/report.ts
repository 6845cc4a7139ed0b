import { CLIENT_NAMES, type Run } from './run.js'

/** The failures of a run and the command that repeats it; empty for a run without failures. */
export function report({ client, scenario, verdict, violations }: Run): string[] {
  const corruption =
    verdict.kind === 'unexplained corruption' ? [`unexplained corruption: ${verdict.why}`] : []
  const lines = [...corruption, ...violations.map((each) => `the server sent ${each}`)]
  if (lines.length === 0) return []
  const { seed } = scenario
  return [
    `seed ${seed}, ${client}`,
    ...lines,
    `replay: npm run chaos -- --seed ${seed} --client ${client}`,
  ]
}

/** One line with the number of verdicts of each client. */
export function summary(runs: readonly Run[]): string {
  const names = CLIENT_NAMES.filter((name) => runs.some(({ client }) => client === name))
  const counts = names.map((name) => {
    const kinds = runs.filter(({ client }) => client === name).map(({ verdict }) => verdict.kind)
    const count = (kind: string) => kinds.filter((each) => each === kind).length
    return (
      `${name}: ${count('whole')} whole, ${count('reported error')} reported errors, ` +
      `${count('explained corruption')} explained corruptions, ${count('splice')} splices`
    )
  })
  return `${runs.length} runs; ${counts.join('; ')}`
}

import { parseArgs } from 'node:util'
import { SERVERS, USUAL_SERVERS } from './peers.mjs'
import { subjectsOfGoals } from './report/goals.mjs'
import { QUICK_WORKLOADS, WORKLOADS } from './workloads/index.mjs'

/** Seconds for each server in a round: with them a complete run takes about 45 minutes. */
const SECONDS = '1'
/** Rounds from which on medians are written to docs/benchmarks.md. */
const MIN_ROUNDS_TO_WRITE = 5
const ROUNDS = { complete: 5, quick: 1 }

const NAMES = Object.keys(WORKLOADS)
/** The workloads that a goal is set for. */
const WITH_GOALS = NAMES.filter((name) =>
  WORKLOADS[name].cases.some((each) => subjectsOfGoals(each).size > 0),
)

export const USAGE = `npm run bench -- [options]
  --quick                a table of goals in 4 minutes: one round, and only the
                         servers that a goal compares; rougher than a complete run
  --only whole,small     the workloads to measure (default: all; with --quick ${QUICK_WORKLOADS.join(', ')}):
                         ${NAMES.join(', ')}
  --servers lastbyte     the file servers to measure: ${SERVERS.join(', ')}
                         (default: ${USUAL_SERVERS.join(', ')})
  --rounds ${ROUNDS.complete}             rounds of each workload; the servers alternate in each round (with --quick: ${ROUNDS.quick})
  --seconds ${SECONDS}            seconds for each server in a round
  --json FILE            write all figures to FILE
  --from FILE            report the figures in FILE, written by --json, without measuring
  --write                write docs/benchmarks.md and its charts; a complete run always does`

/** Parses the arguments of the command. @throws for an unknown option, name or combination */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string', default: SECONDS },
      only: { type: 'string' },
      servers: { type: 'string', default: USUAL_SERVERS.join() },
      json: { type: 'string' },
      from: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { quick: isQuick, from, write } = values
  if (isQuick && write)
    throw new Error('--write: expected a complete run, since --quick is too rough; received both')
  if (isQuick && from !== undefined)
    throw new Error('--quick: expected a run; received --from, which measures nothing')
  const usual = isQuick ? ROUNDS.quick : ROUNDS.complete
  const rounds = count('--rounds', values.rounds ?? String(usual))
  const known = isQuick ? WITH_GOALS : NAMES
  const workloads =
    values.only === undefined
      ? isQuick
        ? QUICK_WORKLOADS
        : NAMES
      : names(isQuick ? '--only with --quick' : '--only', values.only, known)
  const servers = names('--servers', values.servers, SERVERS)
  const isComplete =
    !isQuick &&
    from === undefined &&
    rounds >= MIN_ROUNDS_TO_WRITE &&
    NAMES.every((name) => workloads.includes(name)) &&
    USUAL_SERVERS.every((name) => servers.includes(name))
  return {
    isQuick,
    rounds,
    seconds: count('--seconds', values.seconds),
    workloads,
    servers,
    json: values.json,
    from,
    writes: write || isComplete,
    help: values.help,
  }
}

function count(option, value) {
  if (!/^[1-9]\d*$/.test(value))
    throw new Error(`${option}: expected an integer from 1; received ${value}`)
  return Number(value)
}

function names(option, value, known) {
  const requested = [...new Set(value.split(','))]
  for (const name of requested) {
    if (!known.includes(name)) {
      throw new Error(
        `${option}: expected names out of ${known.join(', ')}; received ${JSON.stringify(name)}`,
      )
    }
  }
  return requested
}

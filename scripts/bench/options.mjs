import { parseArgs } from 'node:util'
import { SERVERS, USUAL_SERVERS } from './peers.mjs'
import { USUAL_WORKLOADS, WORKLOADS } from './workloads/index.mjs'

/** Rounds from which on medians are written to docs/benchmarks.md. */
const MIN_ROUNDS_TO_WRITE = 5

export const USAGE = `npm run bench -- [options]
  --only whole,small     the workloads to measure: ${Object.keys(WORKLOADS).join(', ')}
                         (default: all but downloads, proxies, archives, events, live and replay)
  --servers lastbyte     the servers to measure: ${Object.keys(SERVERS)
    .filter((name) => !name.startsWith('workers-'))
    .join(', ')}
                         (default: all but faults)
  --rounds 5             rounds of each workload; the servers alternate in each round
  --seconds 2            seconds for each server in a round
  --json FILE            write all figures to FILE
  --from FILE            report the figures in FILE, written by --json, without measuring
  --write                write docs/benchmarks.md and its chart; a full run always does`

/** Parses the arguments of the command. @throws for an unknown option or name */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      only: { type: 'string', default: USUAL_WORKLOADS.join() },
      servers: { type: 'string', default: USUAL_SERVERS.join() },
      json: { type: 'string' },
      from: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const rounds = count('--rounds', values.rounds)
  const workloads = names('--only', values.only, WORKLOADS)
  const servers = names('--servers', values.servers, SERVERS)
  const isFull =
    rounds >= MIN_ROUNDS_TO_WRITE &&
    USUAL_WORKLOADS.every((name) => workloads.includes(name)) &&
    USUAL_SERVERS.every((name) => servers.includes(name))
  return {
    rounds,
    seconds: count('--seconds', values.seconds),
    workloads,
    servers,
    json: values.json,
    from: values.from,
    writes: values.write || (isFull && values.from === undefined),
    help: values.help,
  }
}

function count(option, value) {
  if (!/^[1-9]\d*$/.test(value))
    throw new Error(`${option}: expected an integer from 1; received ${value}`)
  return Number(value)
}

function names(option, value, known) {
  const requested = value.split(',')
  for (const name of requested) {
    if (!Object.hasOwn(known, name)) {
      const expected = Object.keys(known).join(', ')
      throw new Error(`${option}: expected names out of ${expected}; received ${name}`)
    }
  }
  return requested
}

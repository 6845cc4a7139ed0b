import { parseArgs } from 'node:util'
import { SERVERS, USUAL_SERVERS } from './peers.mjs'
import { USUAL_WORKLOADS, WORKLOADS } from './workloads/index.mjs'

/** Medians of fewer rounds are not for the documents. */
const ENOUGH_ROUNDS = 5

export const USAGE = `npm run bench -- [options]
  --only whole,small     workloads: ${Object.keys(WORKLOADS).join(', ')}
                         (default: all but those that compare no servers of files: downloads, proxies, events)
  --servers lastbyte     servers: ${Object.keys(SERVERS)
    .filter((name) => !name.startsWith('workers-'))
    .join(', ')}
                         (default: all but faults)
  --rounds 5             rounds of each workload, in which the servers take turns
  --seconds 2            seconds of each server in a round
  --json FILE            write all figures there
  --from FILE            measure nothing: report the figures that --json wrote
  --write                write docs/benchmarks.md and its chart, as a full run does by itself`

/** The words of a command line, settled; an option or a name that is unknown is refused. */
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
    rounds >= ENOUGH_ROUNDS &&
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
  if (!/^[1-9]\d*$/.test(value)) throw new Error(`${option}: wants a number from 1; not ${value}`)
  return Number(value)
}

function names(option, value, known) {
  const wanted = value.split(',')
  for (const name of wanted) {
    if (!Object.hasOwn(known, name)) {
      throw new Error(`${option}: wants some of ${Object.keys(known).join(', ')}; not ${name}`)
    }
  }
  return wanted
}

import { parseArgs } from 'node:util'
import { SERVERS } from './servers/index.mjs'

export const USAGE = `npm run check:matrix -- [options]
  --only nginx,caddy     the servers to check: ${SERVERS.map(({ id }) => id).join(', ')}
                         (default: all)
  --quick                install nothing: check the servers whose programs are on this machine
  --serve                start the servers of --only and print their URLs, to examine them by hand
  --json                 print the results as JSON
  --write                write the results to docs/check.md; a run of all servers always does`

/** Parses the arguments of the command. @throws for an unknown option or server */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      serve: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { only, quick, write, ...rest } = values
  const isFull = only === undefined && !quick
  if (rest.serve && only === undefined)
    throw new Error('--serve: expected --only with the servers to start')
  return { ...rest, quick, servers: serversOf(only), writes: write || isFull }
}

function serversOf(only) {
  if (only === undefined) return SERVERS
  const names = only.split(',')
  const known = SERVERS.map(({ id }) => id)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new Error(`--only: expected names out of ${known.join(', ')}; received ${unknown}`)
  }
  return SERVERS.filter(({ id }) => names.includes(id))
}

import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { FILES } from '../files.mjs'
import { lacksAccountant, startAccountant } from '../load/accountant.mjs'
import { median } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { COMMAND } from './command.mjs'
import { takeTurns } from './turns.mjs'

/** Runs of a command in a round, whose medians are the figures of the round. */
const RUNS = 5

/** The commands by name; `url` is that of a file of 64 bytes and `to` the file to write. */
const COMMANDS = {
  'node -e 0': () => [process.execPath, '-e', '0'],
  'lastbyte --version': () => [process.execPath, COMMAND, '--version'],
  'lastbyte get --help': () => [process.execPath, COMMAND, 'get', '--help'],
  'get, 64 bytes': (url, to) => [process.execPath, COMMAND, 'get', '-q', '-o', to, url],
  'curl, 64 bytes': (url, to) => ['curl', '-sf', '-o', to, url],
}

/** The time that the command needs to start. */
export const startOfCommand = {
  cases: ['start'],
  files: ['tiny'],
  on: 'memory',
  subjects: { start: Object.keys(COMMANDS) },
  checksItself: true,
  lacks: lacksAccountant,
  run: measure,
}

async function measure({ place, subjectsOf, rounds, note }) {
  const server = await startServer('lastbyte', place.memory, place.scratch)
  const url = `http://127.0.0.1:${server.port}${FILES.tiny.path}`
  const accountant = startAccountant()
  const folder = mkdtempSync(join(place.scratch, 'start-'))
  const run = async (name) => {
    const to = join(folder, 'out')
    const usage = await accountant.run(COMMANDS[name](url, to), folder)
    rmSync(to, { force: true })
    return usage
  }
  const commands = subjectsOf('start').map((name) => ({ name }))
  // Node's compile cache, where there is one, is that of users: filled.
  for (const { name } of commands) await run(name)
  const figures = await takeTurns(commands, rounds, async ({ name }, round) => {
    note(`start ${name}: round ${round + 1} of ${rounds}`)
    const runs = []
    for (let count = 0; count < RUNS; count += 1) runs.push(await run(name))
    const of = (metric) => median(runs.map((usage) => usage[metric]))
    return { wall: of('wall'), cpu: of('cpu'), memory: of('memory') }
  })
  await accountant.stop()
  await server.stop()
  const how = `from the start of the process to its end; a round is the median of ${RUNS} runs`
  return {
    start: {
      title: 'Start of the command',
      how,
      main: 'wall',
      own: 'get, 64 bytes',
      kind: 'command',
      figures,
    },
  }
}

import { FILES } from '../files.mjs'
import { compared, probe } from '../load/probe-run.mjs'
import { own, ownFigures } from '../load/run.mjs'
import { startServer } from '../peers.mjs'
import { firstLineOf, LOAD_CORE, outputOf, wait } from '../processes.mjs'
import { takeTurns } from './turns.mjs'

const DOWNLOADS = 64
/** ms for which the downloads run before the probe starts. */
const RUN_UP = 500
/** The downloads yield to the probe on the core that they share, since the server is measured. */
const NICE = 19

/** The latency of small requests while large downloads run. */
export const firstByte = {
  cases: ['first-byte'],
  files: ['large', 'small'],
  on: 'memory',
  run: measure,
}

async function measure({ place, subjectsOf, rounds, seconds, note }) {
  const started = []
  for (const name of subjectsOf('first-byte'))
    started.push(await startServer(name, place.memory, place.scratch))
  for (const server of started) await measureRound(server, 1)
  const figures = await takeTurns(started, rounds, (server, round) => {
    note(`first-byte ${server.name}: round ${round + 1} of ${rounds}`)
    return measureRound(server, seconds)
  })
  for (const server of started) await server.stop()
  const how = `a new connection every 5 ms for a file of 4 KiB, from connecting to the first byte: idle, then during ${DOWNLOADS} downloads of 1 GiB`
  return {
    'first-byte': {
      title: 'First byte during downloads',
      how,
      main: 'loadP99',
      seconds,
      figures,
    },
  }
}

async function measureRound({ port }, seconds) {
  const idle = await probe(port, FILES.small, seconds).figures
  const downloads = own(port, { ...FILES.large, connections: DOWNLOADS }, 3600, LOAD_CORE, NICE)
  await firstLineOf(downloads)
  const ended = outputOf(downloads)
  ended.catch(() => {})
  await wait(RUN_UP)
  const loaded = await Promise.race([
    probe(port, FILES.small, seconds).figures,
    ended.then(() => Promise.reject(new Error('the downloads ended before the probe'))),
  ])
  downloads.kill('SIGTERM')
  const { bytes, seconds: elapsed } = ownFigures(await ended)
  return { ...compared(idle, loaded), speed: bytes / 1e6 / elapsed }
}

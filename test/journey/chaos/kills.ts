import { createHash } from 'node:crypto'
import { appendFileSync, createReadStream, existsSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Folder, pattern } from '../../fixture/files.js'
import { RunningProcess, Server } from '../../fixture/process.js'
import { Draw } from './draw.js'

/** Bytes of the file that are made at a time. */
const PIECE = 64_000_000

export interface Kills {
  readonly seed: number
  /** How often the client is killed. */
  readonly kills: number
  /** Bytes of the file. */
  readonly size: number
}

export interface Survived {
  /** Whether the file is the one that was served, byte by byte. */
  readonly isIdentical: boolean
  /** Kills that met a running download. */
  readonly kills: number
  /** The share of the file that the server sent again for each kill, on average. */
  readonly again: number
}

/** One download, killed with SIGKILL at random moments until as many have been, and then left alone. */
export async function killAgainAndAgain({ seed, kills, size }: Kills): Promise<Survived> {
  const draw = new Draw(seed)
  using folder = new Folder()
  using out = new Folder()
  for (let at = 0; at < size; at += PIECE) {
    appendFileSync(folder.at('f'), pattern(Math.min(PIECE, size - at), at))
  }
  await using server = await Server.start([folder.path, '--digest', 'off'])
  const get = () =>
    new RunningProcess(process.execPath, [
      ...['dist/cli/main.js', 'get', '-q', `${server.url}/f`, '-o', out.at('f')],
    ])
  let met = 0
  while (met < kills) {
    await using running = get()
    const next = bytesOf(out.at('f.part')) + draw.between(0, Math.floor((1.2 * size) / kills))
    while (bytesOf(out.at('f.part')) < next && !running.hasEnded) await pause(1)
    await pause(draw.between(0, 20))
    running.child.kill('SIGKILL')
    if ((await running.exit).signal !== 'SIGKILL') break
    if (existsSync(out.at('f'))) throw new Error('there is a file before it is whole')
    met += 1
  }
  const { code, stderr } = await get().exit
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
  // Who has been killed shows up in the log at the latest when the server ends.
  server.child.kill('SIGTERM')
  await server.exit
  const sent = server.transfers.reduce((sum, { bytes }) => sum + Number(bytes), 0)
  const [wanted, received] = await Promise.all([sha256(folder.at('f')), sha256(out.at('f'))])
  return { isIdentical: wanted === received, kills: met, again: (sent - size) / size / met }
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

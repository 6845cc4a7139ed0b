import { createHash } from 'node:crypto'
import { appendFileSync, createReadStream, existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Folder, fileSize, pattern } from '../../fixture/files.js'
import { RunningProcess, Server } from '../../fixture/process.js'
import { SeededDraw } from './seeded-draw.js'

/** Bytes of the file that are generated at once. */
const PIECE = 64_000_000

export interface KillPlan {
  readonly seed: number
  /** The number of times that the client is killed. */
  readonly kills: number
  /** Bytes of the file. */
  readonly size: number
}

export interface KillResult {
  /** Whether the downloaded file has the bytes of the served one. */
  readonly isIdentical: boolean
  /** Kills during a running download. */
  readonly kills: number
  /** The average share of the file that was sent again after each kill, from 0 to 1. */
  readonly resent: number
}

/** Runs one download, kills it with SIGKILL at random moments, and lets it finish after the last kill. */
export async function downloadThroughKills({ seed, kills, size }: KillPlan): Promise<KillResult> {
  const draw = new SeededDraw(seed)
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
  let killed = 0
  while (killed < kills) {
    await using running = get()
    const next = fileSize(out.at('f.part')) + draw.between(0, Math.floor((1.2 * size) / kills))
    while (fileSize(out.at('f.part')) < next && !running.hasEnded) await pause(1)
    await pause(draw.between(0, 20))
    running.child.kill('SIGKILL')
    if ((await running.exit).signal !== 'SIGKILL') break
    if (existsSync(out.at('f'))) throw new Error('the file exists before it is complete')
    killed += 1
  }
  const { code, stderr } = await get().exit
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
  // The transfer of a killed client is logged at the latest when the server ends.
  server.child.kill('SIGTERM')
  await server.exit
  const sent = server.transfers.reduce((sum, { bytes }) => sum + Number(bytes), 0)
  const [expected, received] = await Promise.all([sha256(folder.at('f')), sha256(out.at('f'))])
  return {
    isIdentical: expected === received,
    kills: killed,
    resent: (sent - size) / size / killed,
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

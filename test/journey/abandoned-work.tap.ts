import { readFileSync, truncateSync } from 'node:fs'
import net from 'node:net'
import t from 'tap'
import { Folder } from '../fixture/files.js'
import { Server } from '../fixture/process.js'

const NAMES = 20_000
const ABORTED = 20
/** ms in which abandoned work would go on. */
const OBSERVED = 5_000

/** ms of CPU that a process has used (Linux). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Sends a request and leaves as soon as the server has it. */
async function abandon(port: number, head: string): Promise<void> {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await new Promise<void>((resolve) => {
    socket.write(`${head}\r\nHost: localhost\r\n\r\n`, () => resolve())
  })
  await pause(20)
  socket.destroy()
}

t.test('20 requests whose clients leave cost less than a few that are completed', async (t) => {
  const names = Array.from({ length: NAMES }, (_none, index) => [`name ${index}.txt`, ''])
  using folder = new Folder({ ...Object.fromEntries(names), 'clip.mp4': 'x', huge: '' })
  truncateSync(folder.at('huge'), 2 ** 40)
  await using server = await Server.start([folder.path, '--list'])
  const pid = server.child.pid as number

  const cost = async (work: () => Promise<unknown>) => {
    const before = cpuOf(pid)
    await work()
    return cpuOf(pid) - before
  }
  const complete = async (path: string) => (await fetch(server.url + path)).arrayBuffer()
  await complete('/')
  const one = Math.max(100, await cost(() => complete('/')))

  const rows: [string, number][] = [
    ['GET / HTTP/1.1', 4],
    ['GET /?format=json HTTP/1.1', 4],
    ['GET /-/watch/clip.mp4 HTTP/1.1', 4],
    ['HEAD /huge HTTP/1.1\r\nWant-Repr-Digest: sha-256=9', 1],
  ]
  for (const [head, most] of rows) {
    const all = await cost(async () => {
      await Promise.all(Array.from({ length: ABORTED }, () => abandon(server.port, head)))
      await pause(OBSERVED)
    })
    t.ok(all < most * one, `${head.split('\r')[0]}: ${all} ms of CPU; one listing takes ${one} ms`)
  }
})

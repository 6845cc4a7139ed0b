import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'
import type { Cut } from '../../../src/check/subject/cut-relay.js'
import { CHECKED_SIZE } from '../../fixture/check-mutant.js'
import { pattern } from '../../fixture/files.js'
import { ScriptedServer, serve } from '../../fixture/scripted-server.js'

/** How a connection ended, as its server sees it. */
type Ending = 'fin' | 'rst'

/** A connection of a drill: of one request, since each of a drill has a connection of its own. */
interface Drilled {
  ending: Ending | undefined
  /** The number of drilled requests at the time of its end. */
  endedAt: number
  ended: Promise<void>
}

/** Records how the connections of a drill end. */
class Endings {
  readonly drilled: Drilled[] = []

  add({ socket }: IncomingMessage): void {
    const drilled: Drilled = {
      ending: undefined,
      endedAt: Number.POSITIVE_INFINITY,
      ended: Promise.resolve(),
    }
    this.drilled.push(drilled)
    drilled.ended = new Promise((resolve) => {
      const end = (ending: Ending) => {
        drilled.ending ??= ending
        drilled.endedAt = Math.min(drilled.endedAt, this.drilled.length)
        resolve()
      }
      socket.once('end', () => end('fin'))
      // A write after a FIN that a RST follows fails with EPIPE; after a RST alone, with ECONNRESET.
      socket.once('error', ({ code }: NodeJS.ErrnoException) =>
        end(code === 'EPIPE' ? 'fin' : 'rst'),
      )
    })
  }
}

it.each<[string, readonly Cut[]]>([
  // The cuts at the first byte, 64 KiB, the middle and the last byte; between them, each continuation is left.
  ['curl', ['fin', 'fin', 'rst', 'fin', 'stall', 'fin', 'fin', 'fin']],
  ['wget', ['rst', 'fin', 'stall', 'fin', 'fin', 'fin', 'rst', 'fin']],
  ['aria2', ['stall', 'fin', 'fin', 'fin', 'rst', 'fin', 'stall', 'fin']],
])('the connections of a drill of %s end at the server by %j', async (client, cuts) => {
  const endings = new Endings()
  const respond = serve(pattern(CHECKED_SIZE), { etag: '"a"' })
  await using server = await ScriptedServer.start(async (request, response) => {
    const isDrilled = !request.headers['user-agent']?.startsWith('lastbyte-check')
    if (!isDrilled) return respond(request, response)
    // The connection before has its end first, unless that is a stall, which has none before the drill's end.
    const at = endings.drilled.length
    if (at > 0 && cuts[at - 1] !== 'stall') await endings.drilled[at - 1]?.ended
    endings.add(request)
    respond(request, response)
  })
  const { results } = await check(`${server.url}/film.mp4`, {
    only: [`resume-like-${client}`],
    timeout: 5000,
  })
  expect(results.map(({ finding }) => finding)).toEqual([{ kind: 'passed' }])
  await Promise.all(endings.drilled.map(({ ended }) => ended))
  const ways = endings.drilled.map(({ ending, endedAt }, at) =>
    endedAt === endings.drilled.length && at + 1 < endings.drilled.length ? 'stall' : ending,
  )
  expect(ways).toEqual(cuts)
})

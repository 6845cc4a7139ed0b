import { utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { upstreamSource } from '../../../src/source/upstream/upstream-source.js'
import { type Application, serverWith } from '../../fixture/application.js'
import { CuttingProxy } from '../../fixture/cutting-proxy.js'
import { Folder, pattern } from '../../fixture/files.js'
import { RawClient, type RawResponse } from '../../fixture/raw-http.js'
import { WEAK_ORIGINS, type WeakOriginProgram } from '../../fixture/weak-origins.js'

const SIZE = 1_000_000
const CONTENT = pattern(SIZE)
const OTHER = pattern(SIZE, 1)
const CUT = 300_000

/** Writes a version of the file that was modified so many seconds ago. */
function write(folder: Folder, content: Buffer, age: number): void {
  const time = Date.now() / 1000 - age
  writeFileSync(folder.at('f.bin'), content)
  utimesSync(folder.at('f.bin'), time, time)
}

interface Scene {
  readonly front: Application
  readonly relay: CuttingProxy
  readonly get: (fields?: Record<string, string>) => Promise<RawResponse>
}

/**
 * A proxy behind which a relay cuts responses of the origin: each of them, or only the first of an origin that sends
 * every response from byte 0.
 *
 * @param onConnection called before each connection to the origin but the first
 */
async function withProxy(
  { start, ranges }: WeakOriginProgram,
  folder: Folder,
  run: (scene: Scene) => Promise<void>,
  onConnection: () => void = () => {},
): Promise<void> {
  await using origin = await start(folder.path)
  let connections = 0
  const target = () => {
    connections += 1
    if (connections > 1) onConnection()
    return origin.port
  }
  await using relay = await CuttingProxy.start(target, (cuts) =>
    ranges || cuts === 0 ? CUT : Number.POSITIVE_INFINITY,
  )
  const source = upstreamSource({
    origin: `http://127.0.0.1:${relay.port}`,
    retryFor: 3_000,
    openFor: 1_000,
    stall: 3_000,
  })
  await using front = await serverWith({ source })
  await run({
    front,
    relay,
    async get(fields = {}) {
      using client = new RawClient(front.port)
      client.request('/f.bin', { Connection: 'close', ...fields })
      return await client.closed()
    },
  })
}

describe.each(WEAK_ORIGINS)(
  'behind $name, which has no strong ETag, a read that breaks off',
  (program) => {
    it('is resumed, and the client gets every byte once', async () => {
      using folder = new Folder({})
      write(folder, CONTENT, 3_600)
      await withProxy(program, folder, async ({ front, relay, get }) => {
        const { status, body, fields } = await get()
        expect([status, fields['content-length']]).toEqual([200, String(SIZE)])
        expect(body.equals(CONTENT)).toBe(true)
        expect(relay.cuts).toBeGreaterThanOrEqual(program.ranges ? 3 : 1)
        expect(await front.settled()).toMatchObject({ outcome: 'complete', bytes: SIZE })
        expect((await front.settled()).heals).toBeGreaterThanOrEqual(program.ranges ? 3 : 1)
      })
    })

    it.runIf(program.ranges)('is resumed within a range', async () => {
      using folder = new Folder({})
      write(folder, CONTENT, 3_600)
      await withProxy(program, folder, async ({ relay, get }) => {
        const { status, body } = await get({ Range: 'bytes=100000-899999' })
        expect(status).toBe(206)
        expect(body.equals(CONTENT.subarray(100_000, 900_000))).toBe(true)
        expect(relay.cuts).toBeGreaterThanOrEqual(2)
      })
    })

    it.runIf(program.validators === 'current').each([
      ['of the same size, a minute younger', OTHER, 1_800],
      ['of another size', OTHER.subarray(0, SIZE - 1), 1_800],
      ['that is quite new', OTHER, 0],
    ])('ends visibly short where the file is replaced by one %s', async (_what, other, age) => {
      using folder = new Folder({})
      write(folder, CONTENT, 3_600)
      const replace = () => write(folder, other, age)
      await withProxy(
        program,
        folder,
        async ({ front, get }) => {
          const { status, fields, body, ended } = await get()
          expect([status, fields['content-length'], ended]).toEqual([200, String(SIZE), 'fin'])
          expect(body.length).toBeLessThan(SIZE)
          expect(body.equals(CONTENT.subarray(0, body.length))).toBe(true)
          expect((await front.settled()).outcome).toBe('changed')
        },
        replace,
      )
    })

    it('ends visibly short where the file is younger than a minute, so that two versions may have one date', async () => {
      using folder = new Folder({})
      write(folder, CONTENT, 5)
      await withProxy(program, folder, async ({ relay, get }) => {
        const { status, body, ended } = await get()
        expect([status, ended]).toEqual([200, 'fin'])
        expect(body.length).toBeLessThan(SIZE)
        expect(body.equals(CONTENT.subarray(0, body.length))).toBe(true)
        expect(relay.cuts).toBe(1)
      })
    })
  },
)

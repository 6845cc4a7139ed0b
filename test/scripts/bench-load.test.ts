import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { loadBench } from '../fixture/bench-scripts.js'

const { lacksAccountant, startAccountant } = await loadBench('load/accountant.mjs')
const { threadSeconds, cpuSeconds } = await loadBench('measure.mjs')

const MIB = 1024 * 1024
const burn = (ms: number) =>
  `for (const end = performance.now() + ${ms}; performance.now() < end;);`

describe.skipIf(lacksAccountant() !== undefined)('startAccountant', () => {
  it('measures the time and memory of one command after another, in their folder', async () => {
    const accountant = startAccountant()
    const script = `const bytes = Buffer.alloc(${100 * MIB}, 1); ${burn(100)}`
    const large = await accountant.run([process.execPath, '-e', script], tmpdir())
    expect(large.wall).toBeGreaterThan(0.1)
    expect(large.cpu).toBeGreaterThan(0)
    expect(large.memory).toBeGreaterThan(100)
    const inFolder = ['sh', '-c', 'test "$(pwd -P)" = "$(cd "$0" && pwd -P)"', tmpdir()]
    const small = await accountant.run(inFolder, tmpdir())
    expect(small.memory).toBeLessThan(large.memory)
    await accountant.stop()
  })

  it('rejects with the status and the errors of a command that fails, and measures the next', async () => {
    const accountant = startAccountant()
    const failing = ['sh', '-c', 'echo no such file >&2; exit 3']
    await expect(accountant.run(failing, tmpdir())).rejects.toThrow(/exited with 3\s+no such file/)
    await expect(accountant.run(['true'], tmpdir())).resolves.toMatchObject({
      cpu: expect.any(Number),
    })
    await accountant.stop()
  })
})

describe('threadSeconds', () => {
  const before = threadSeconds([process.pid])

  it.skipIf(before === undefined)(
    'counts the CPU time of all threads more finely than cpuSeconds',
    () => {
      for (const end = performance.now() + 30; performance.now() < end; );
      const all = threadSeconds([process.pid])
      expect(all).toBeGreaterThan(before)
      // Ended threads and what happened between the two reads.
      expect(all).toBeLessThan(cpuSeconds([process.pid]) + 1)
    },
  )

  it('is undefined where the system does not tell', () => {
    expect(threadSeconds([2 ** 30])).toBeUndefined()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LineReport, LineWriter } from '../../src/observe/line-writer.js'

/** A sink that takes what each step says: so many bytes, all, or an error. */
function sink(steps: readonly (number | 'all' | 'fails')[] = []) {
  let text = ''
  const writes: number[] = []
  const reports: LineReport[] = []
  const left = [...steps]
  const writer = new LineWriter(
    {
      async write(bytes) {
        const step = left.shift() ?? 'all'
        if (step === 'fails') throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
        const taken = step === 'all' ? bytes.length : Math.min(step, bytes.length)
        writes.push(taken)
        text += bytes.toString('latin1', 0, taken)
        return taken
      },
    },
    (report) => reports.push(report),
  )
  return { writer, writes, reports, text: () => text }
}

describe('LineWriter', () => {
  it('writes lines in order, those of a turn together', async () => {
    const { writer, writes, text } = sink()
    for (const line of ['a\n', 'b\n', 'c\n']) writer.write(line)
    await writer.flush()
    expect(text()).toBe('a\nb\nc\n')
    expect(writes).toEqual([6])
  })

  it('writes at most 4096 bytes at once, of whole lines', async () => {
    const { writer, writes } = sink()
    for (let n = 0; n < 10; n += 1) writer.write(`${'x'.repeat(999)}\n`)
    await writer.flush()
    expect(writes).toEqual([4000, 4000, 2000])
  })

  it('continues after a write that took a part', async () => {
    const { writer, text, reports } = sink([3, 1])
    writer.write('hello\n')
    await writer.flush()
    expect(text()).toBe('hello\n')
    expect(reports).toEqual([])
  })

  it('reports a failure once, and the number of lines that were lost when it is over', async () => {
    const { writer, text, reports } = sink(['fails', 'fails', 'all'])
    for (const line of ['a\n', 'b\n', 'c\n']) {
      writer.write(line)
      await writer.flush()
    }
    expect(text()).toBe('c\n')
    expect(reports).toMatchObject([
      { kind: 'failed', error: { code: 'ENOSPC' } },
      { kind: 'resumed', lost: 2 },
    ])
  })

  it('begins a line of its own after a part of one that was lost', async () => {
    const { writer, text } = sink([2, 'fails'])
    writer.write('lost\n')
    await writer.flush()
    writer.write('whole\n')
    await writer.flush()
    expect(text()).toBe('lo\nwhole\n')
  })

  it('loses lines that a sink is too slow for, and not the memory', async () => {
    let taken = 0
    const reports: LineReport[] = []
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const write = async (bytes: Buffer) => {
      await gate
      taken += bytes.length
      return bytes.length
    }
    const writer = new LineWriter({ write }, (report) => reports.push(report))
    const line = `${'x'.repeat(4095)}\n`
    for (let n = 0; n < 3_000; n += 1) writer.write(line)
    expect(reports).toMatchObject([{ kind: 'failed' }])
    release()
    await writer.flush()
    expect(taken).toBe(2048 * 4096)
    expect(reports.at(-1)).toEqual({ kind: 'resumed', lost: 952 })
  })

  it('writes each line that was not lost once and whole, however the sink takes it', async () => {
    const step = fc.oneof(fc.nat(30), fc.constant('all' as const), fc.constant('fails' as const))
    await fc.assert(
      fc.asyncProperty(fc.array(step), fc.integer({ min: 1, max: 40 }), async (steps, count) => {
        const { writer, text } = sink(steps)
        for (let n = 0; n < count; n += 1) writer.write(`<${n}>\n`)
        await writer.flush()
        const whole = text()
          .split('\n')
          .filter((line) => /^<\d+>$/.test(line))
        expect(new Set(whole).size).toBe(whole.length)
        expect(whole.map((line) => Number(line.slice(1, -1)))).toEqual(
          whole.map((line) => Number(line.slice(1, -1))).sort((a, b) => a - b),
        )
        if (!steps.includes('fails')) expect(whole).toHaveLength(count)
      }),
    )
  })
})

import { toError } from '../errors.js'

/** Takes bytes, some of them at least, or rejects. */
export interface LineSink {
  write(bytes: Buffer): Promise<number>
}

/** A problem, reported once until a write succeeds again, and the end of one. */
export type LineReport =
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'resumed'; readonly lost: number }

/** Bytes of a write at most: the kernel takes so many into a pipe in one piece (PIPE_BUF), also of several processes. */
const LARGEST_WRITE = 4_096
/** Characters of lines that wait for a slow sink. Further lines are lost. */
const MOST_WAITING = 8 * 1024 * 1024

const FULL = new Error('it is slower than the lines come')

/**
 * Writes lines in ASCII in their order, in pieces of whole lines. It neither throws nor waits: a line that can't be written
 * is lost, and counted.
 */
export class LineWriter {
  #waiting: string[] = []
  #size = 0
  #lost = 0
  #hasFailed = false
  /** Whether the sink has taken a part of a line, and not its end. */
  #isWithinLine = false
  #running: Promise<void> | undefined

  constructor(
    private readonly sink: LineSink,
    private readonly report: (report: LineReport) => void,
  ) {}

  /** @param line with its line end */
  write(line: string): void {
    if (this.#size + line.length > MOST_WAITING) {
      this.#lose(1, FULL)
      return
    }
    this.#waiting.push(line)
    this.#size += line.length
    this.#running ??= this.#run()
  }

  /** Resolves when no line waits. */
  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #run(): Promise<void> {
    // The lines of one turn of the event loop are written together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const lines = this.#take()
      try {
        await this.#writeAll(Buffer.from(lines.join(''), 'latin1'))
        if (this.#hasFailed) this.report({ kind: 'resumed', lost: this.#lost })
        this.#hasFailed = false
        this.#lost = 0
      } catch (error) {
        this.#lose(lines.length, toError(error))
      }
    }
    this.#running = undefined
  }

  #take(): string[] {
    let count = 0
    let size = 0
    for (const { length } of this.#waiting) {
      if (count > 0 && size + length > LARGEST_WRITE) break
      size += length
      count += 1
    }
    this.#size -= size
    return this.#waiting.splice(0, count)
  }

  async #writeAll(lines: Buffer): Promise<void> {
    let rest = this.#isWithinLine ? Buffer.concat([Buffer.from('\n'), lines]) : lines
    while (rest.length > 0) {
      const taken = await this.sink.write(rest)
      if (taken > 0) this.#isWithinLine = rest[taken - 1] !== 0x0a
      rest = rest.subarray(taken)
    }
  }

  #lose(lines: number, error: Error): void {
    this.#lost += lines
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.report({ kind: 'failed', error })
  }
}

import fs, { type BigIntStats } from 'node:fs'

/**
 * Coalesces the stats of a path. A caller that comes while one is running shares the next, which begins
 * after its call: the result of the running one may be older than the caller's request.
 */
export class SharedStats {
  readonly #running = new Map<string, Promise<BigIntStats | undefined>>()
  readonly #next = new Map<string, Promise<BigIntStats | undefined>>()

  /** The stat of a path, begun after this call; undefined where there is none. */
  of(path: string): Promise<BigIntStats | undefined> {
    const running = this.#running.get(path)
    if (running === undefined) return this.#stat(path)
    let next = this.#next.get(path)
    if (next === undefined) {
      next = running.then(() => {
        this.#next.delete(path)
        return this.#stat(path)
      })
      this.#next.set(path, next)
    }
    return next
  }

  #stat(path: string): Promise<BigIntStats | undefined> {
    const result = new Promise<BigIntStats | undefined>((resolve) => {
      fs.stat(path, { bigint: true }, (error, stat) => {
        this.#running.delete(path)
        resolve(error ? undefined : stat)
      })
    })
    this.#running.set(path, result)
    return result
  }
}

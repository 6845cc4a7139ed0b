import { type FSWatcher, watch } from 'node:fs'

/** ms between two looks, for file systems that report no changes, and changes that got lost. */
const POLL_INTERVAL = 250

/** Tells those who wait that something in a folder may have changed. One watcher serves all of them. */
export class FolderChanges {
  readonly #folders = new Map<string, Watched>()

  /** Calls `changed` whenever the folder may have changed, until the result is called. */
  follow(path: string, changed: () => void): () => void {
    let watched = this.#folders.get(path)
    if (watched === undefined) {
      watched = new Watched(path)
      this.#folders.set(path, watched)
    }
    watched.listeners.add(changed)
    return () => {
      if (!watched.listeners.delete(changed) || watched.listeners.size > 0) return
      watched.close()
      if (this.#folders.get(path) === watched) this.#folders.delete(path)
    }
  }

  /** Tells of a change that this process has made. */
  wake(path: string): void {
    this.#folders.get(path)?.wake()
  }
}

class Watched {
  readonly listeners = new Set<() => void>()
  readonly #poll: NodeJS.Timeout
  readonly #watcher: FSWatcher | undefined
  #pending = false

  constructor(path: string) {
    this.#poll = setInterval(() => this.wake(), POLL_INTERVAL).unref()
    try {
      this.#watcher = watch(path, { persistent: false }, () => this.#wakeOnce())
      this.#watcher.on('error', () => this.#watcher?.close())
    } catch {
      // No watches are left, or the folder is gone: it is polled.
    }
  }

  /** A write is reported by several events. */
  #wakeOnce(): void {
    if (this.#pending) return
    this.#pending = true
    setImmediate(() => {
      this.#pending = false
      this.wake()
    })
  }

  wake(): void {
    for (const listener of [...this.listeners]) listener()
  }

  close(): void {
    clearInterval(this.#poll)
    this.#watcher?.close()
  }
}

import { type FSWatcher, watch } from 'node:fs'

/** Waits for changes of files: by the system's notifications (inotify, …), or else by a time limit. */
export class FileChanges {
  readonly #watchers: (FSWatcher | undefined)[]
  #changed = false
  #wake: () => void = () => {}

  constructor(...paths: string[]) {
    const onChange = () => {
      this.#changed = true
      this.#wake()
    }
    this.#watchers = paths.map((path) => watcherOf(path, onChange))
  }

  /** Call before the files are read: a change from here on makes `next` resolve at once. */
  reset(): void {
    this.#changed = false
  }

  /** Resolves on a change since `reset`, after `limit` ms, or when the signal aborts. */
  next(limit: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.#changed || signal.aborted) return resolve()
      const wake = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, limit)
      signal.addEventListener('abort', wake, { once: true })
      this.#wake = wake
    })
  }

  close(): void {
    for (const watcher of this.#watchers) watcher?.close()
  }
}

/** undefined if the system has no watcher left, or none for this file system: the time limit remains. */
function watcherOf(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(path, onChange).on('error', () => {})
  } catch {
    return undefined
  }
}

import type { TextStore } from './player-position.js'

/** A store of the browser; one that keeps nothing where the user has forbidden it, so that to open it throws. */
export function openStore(open: () => TextStore): TextStore {
  try {
    const store = open()
    store.getItem('')
    return { getItem: (key) => store.getItem(key), setItem: (key, value) => set(store, key, value) }
  } catch {
    return { getItem: () => null, setItem: () => {} }
  }
}

/** A store that is full keeps what it has. */
function set(store: TextStore, key: string, value: string): void {
  try {
    store.setItem(key, value)
  } catch {
    // Nothing depends on it.
  }
}

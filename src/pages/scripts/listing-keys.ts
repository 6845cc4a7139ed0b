/** What a key does on the page of a listing. */
export type ListingAction =
  | {
      readonly kind: 'move'
      readonly to: 'next' | 'previous' | 'right' | 'left' | 'first' | 'last'
    }
  | {
      readonly kind: 'filter' | 'clear' | 'parent' | 'form' | 'watch' | 'download' | 'copy' | 'help'
    }

/** A pressed key, and where the focus is. */
export interface PressedKey {
  readonly key: string
  readonly altKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  /** `text`: a field for text has the focus. */
  readonly focus: 'text' | 'dialog' | 'page'
}

const MOVES = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  ArrowRight: 'right',
  ArrowLeft: 'left',
  Home: 'first',
  End: 'last',
} as const

const COMMANDS = {
  '/': 'filter',
  Escape: 'clear',
  Backspace: 'parent',
  g: 'form',
  w: 'watch',
  d: 'download',
  c: 'copy',
  '?': 'help',
} as const

/** The keys and what they do, for the sheet of help. Enter opens a link in any browser. */
export const KEYS_OF_LISTING = [
  ['j k ↓ ↑', 'next and previous name'],
  ['→ ←', 'next and previous card of the grid'],
  ['Home End', 'first and last name'],
  ['Enter', 'open'],
  ['w', 'watch'],
  ['d', 'download'],
  ['c', 'copy the link'],
  ['Backspace', 'parent folder'],
  ['/', 'filter'],
  ['Escape', 'clear the filter'],
  ['g', 'list or grid'],
  ['?', 'this help'],
] as const

/** The action of a pressed key; undefined where the key belongs to the browser or to the field that has the focus. */
export function actionOf(pressed: PressedKey): ListingAction | undefined {
  const { key, focus } = pressed
  if (pressed.altKey || pressed.ctrlKey || pressed.metaKey || focus === 'dialog') return undefined
  // From the filter, Escape and the arrow lead to the names.
  if (focus === 'text' && key !== 'Escape' && key !== 'ArrowDown') return undefined
  if (Object.hasOwn(MOVES, key)) return { kind: 'move', to: MOVES[key as keyof typeof MOVES] }
  if (Object.hasOwn(COMMANDS, key)) return { kind: COMMANDS[key as keyof typeof COMMANDS] }
  return undefined
}

/** The index that has the focus after a move; undefined where the move leads nowhere. */
export function movedIndex(
  index: number,
  to: Extract<ListingAction, { kind: 'move' }>['to'],
  { count, columns }: { readonly count: number; readonly columns: number },
): number | undefined {
  if (count === 0) return undefined
  if (to === 'first') return 0
  if (to === 'last') return count - 1
  if (index === -1) return 0
  const step = { next: columns, previous: -columns, right: 1, left: -1 }[to]
  // In a list, there is nothing beside a name.
  if (columns === 1 && (to === 'right' || to === 'left')) return undefined
  const target = index + step
  return target >= 0 && target < count ? target : undefined
}

/** What a key does. */
export type Command =
  | { readonly kind: 'toggle' | 'mute' | 'fullscreen' | 'subtitles' | 'pip' | 'help' }
  | { readonly kind: 'seek'; readonly seconds: number }
  | { readonly kind: 'volume'; readonly by: number }
  | { readonly kind: 'rate'; readonly step: 1 | -1 }
  /** Of the duration. */
  | { readonly kind: 'jump'; readonly fraction: number }
  | { readonly kind: 'chapter' | 'neighbour'; readonly step: 1 | -1 }

/** One row of the help sheet. */
export interface Shortcut {
  /** As `KeyboardEvent.key` names them. */
  readonly keys: readonly string[]
  /** As the sheet shows them. Default: the keys. */
  readonly shown?: string
  readonly does: string
  readonly command: (key: string) => Command
}

const always = (command: Command) => () => command

/** The keys that players on the web share. */
export const SHORTCUTS: readonly Shortcut[] = [
  {
    keys: [' ', 'k'],
    shown: 'Space, K',
    does: 'Play or pause',
    command: always({ kind: 'toggle' }),
  },
  {
    keys: ['ArrowLeft', 'ArrowRight'],
    shown: '← →',
    does: 'Back or forward 5 seconds',
    command: (key) => ({ kind: 'seek', seconds: key === 'ArrowLeft' ? -5 : 5 }),
  },
  {
    keys: ['j', 'l'],
    shown: 'J, L',
    does: 'Back or forward 10 seconds',
    command: (key) => ({ kind: 'seek', seconds: key === 'j' ? -10 : 10 }),
  },
  {
    keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    shown: '0 – 9',
    does: 'Jump to a tenth of the duration',
    command: (key) => ({ kind: 'jump', fraction: Number(key) / 10 }),
  },
  {
    keys: ['ArrowUp', 'ArrowDown'],
    shown: '↑ ↓',
    does: 'Louder or quieter',
    command: (key) => ({ kind: 'volume', by: key === 'ArrowUp' ? 0.05 : -0.05 }),
  },
  { keys: ['m'], shown: 'M', does: 'Sound off or on', command: always({ kind: 'mute' }) },
  { keys: ['f'], shown: 'F', does: 'Full screen', command: always({ kind: 'fullscreen' }) },
  { keys: ['i'], shown: 'I', does: 'Picture in picture', command: always({ kind: 'pip' }) },
  { keys: ['c'], shown: 'C', does: 'Subtitles on or off', command: always({ kind: 'subtitles' }) },
  {
    keys: ['<', '>'],
    shown: '<, >',
    does: 'Slower or faster',
    command: (key) => ({ kind: 'rate', step: key === '<' ? -1 : 1 }),
  },
  {
    keys: ['[', ']'],
    shown: '[, ]',
    does: 'Previous or next chapter',
    command: (key) => ({ kind: 'chapter', step: key === '[' ? -1 : 1 }),
  },
  {
    keys: ['p', 'n'],
    shown: 'P, N',
    does: 'Previous or next file of the folder',
    command: (key) => ({ kind: 'neighbour', step: key === 'p' ? -1 : 1 }),
  },
  { keys: ['?'], shown: '?', does: 'This list', command: always({ kind: 'help' }) },
]

/** The members of a keyboard event and its target that decide what a key does. */
export interface PressedKey {
  readonly key: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
  /** The element with the focus: its name in capitals, and for an input its type. */
  readonly focus: { readonly tagName: string; readonly type?: string } | undefined
}

/** Elements that have a use for every key, and those for which Space and Enter are a click. */
const WRITES = ['INPUT', 'SELECT', 'TEXTAREA']
const CLICKS = ['A', 'BUTTON', 'SUMMARY']
/** Inputs that take no text. */
const PLAIN_INPUTS = ['checkbox', 'radio', 'button']

/** What a key does; undefined for one that is the browser's or the focused element's. */
export function commandFor({
  key,
  ctrlKey,
  altKey,
  metaKey,
  focus,
}: PressedKey): Command | undefined {
  if (ctrlKey || altKey || metaKey) return undefined
  const isPlain = focus?.tagName === 'INPUT' && PLAIN_INPUTS.includes(focus.type ?? '')
  if (focus !== undefined && WRITES.includes(focus.tagName) && !isPlain) return undefined
  if (key === ' ' && (isPlain || CLICKS.includes(focus?.tagName ?? ''))) return undefined
  const pressed = key.length === 1 ? key.toLowerCase() : key
  return SHORTCUTS.find(({ keys }) => keys.includes(pressed))?.command(pressed)
}

import { isatty } from 'node:tty'

/** What SIGHUP means to a server. */
export type HangupMeaning = 'reload' | 'stop'

/**
 * A terminal that closes sends SIGHUP to what runs in it: that must not go on unseen. Without a terminal, as under a
 * service manager or nohup, it is the customary request to read certificates again.
 *
 * @param isTerminal whether a descriptor is a terminal
 */
export function hangupMeaning(isTerminal: (descriptor: number) => boolean = isatty): HangupMeaning {
  return [0, 1, 2].some((descriptor) => isTerminal(descriptor)) ? 'stop' : 'reload'
}

/** Lets a process survive a SIGHUP that arrives before its server can act on it. */
export function surviveHangup(meaning: HangupMeaning = hangupMeaning()): void {
  if (meaning === 'reload') process.on('SIGHUP', () => {})
}

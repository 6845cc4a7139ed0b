import type { GuardState } from './guard-state.js'

/** What the status of a guard says, and the one choice that it offers. */
export interface Message {
  readonly text: string
  readonly action?: { readonly kind: 'retry' | 'start-new'; readonly label: string } | undefined
}

const RECONNECTING = {
  connection: 'Connection lost. Reconnecting …',
  unreachable: 'Connection lost. Reconnecting …',
  stalled: 'No data arrives. Reconnecting …',
  broken: 'Playback failed. Trying again …',
  unavailable: 'The server is busy. Trying again …',
}

const OFFLINE = 'You are offline. It goes on when the network is back.'

/** ms until the next attempt from which on a button for it makes sense. */
const LONG = 3_000

/** undefined: there is nothing to say. `time`: ms since the epoch. */
export function messageOf(
  state: GuardState,
  { noun, online, time }: { noun: string; online: boolean; time: number },
): Message | undefined {
  switch (state.kind) {
    case 'idle':
    case 'playing':
      return undefined
    case 'reconnecting': {
      const { nextTry = 0, reason } = state
      const retry = { kind: 'retry', label: 'Retry now' } as const
      return {
        text: online ? RECONNECTING[reason] : OFFLINE,
        action: nextTry - time > LONG ? retry : undefined,
      }
    }
    case 'changed':
      return {
        text: `This ${noun} has been replaced by another version.`,
        action: { kind: 'start-new', label: 'Play the new version' },
      }
    case 'gave-up':
      return {
        text: finalText(state, noun),
        action: { kind: 'retry', label: 'Try again' },
      }
  }
}

function finalText(
  { reason, status }: Extract<GuardState, { kind: 'gave-up' }>,
  noun: string,
): string {
  switch (reason) {
    case 'time':
      return 'The server can’t be reached.'
    case 'gone':
      return `This ${noun} is no longer there (${status}).`
    case 'refused':
      if (status === 401 || status === 403) {
        return `The link to this ${noun} may have expired (${status}). Open a new one, then try again.`
      }
      return `The server refuses this ${noun} (${status}).`
    case 'unplayable':
      return `This browser can’t play this ${noun}.`
  }
}

import { onOff, type Setting, text } from './setting.js'

/** Files that are still being written. */
export const LIVE_SCHEMA = {
  LIVE: {
    ...onOff(
      'files with NAME.live or NAME.part beside them are still being written (RFC 8673)',
      'live',
    ),
    only: 'serve',
  },
  LIVE_STATE: {
    ...text(
      'the folder that keeps what was sent of them (default: .lastbyte-live in the served one)',
      '--live-state <folder>',
      'a folder that can be written',
    ),
    only: 'serve',
  },
} as const satisfies Record<string, Setting>

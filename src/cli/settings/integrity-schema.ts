import { onOff, type Setting, text } from './setting.js'

/** What clients verify a file by, besides digests in header fields. */
export const INTEGRITY_SCHEMA = {
  SIGNING_KEY: text(
    'a private key (Ed25519) that signs Unencoded-Digest, for integrity="ed25519-…" in pages',
    '--signing-key <file>',
    'a file in PEM',
  ),
  METALINK: {
    ...onOff('describe a file to download clients, for ?metalink behind its path', 'metalink'),
    only: 'serve',
  },
  MIRROR: {
    ...text(
      'the URL of a folder with the same files, for --metalink; may be given several times',
      '--mirror <url>',
      'URLs, separated by spaces',
    ),
    only: 'serve',
    repeats: true,
  },
} as const satisfies Record<string, Setting>

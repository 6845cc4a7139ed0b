import { resumeDrill } from './resume-drill.js'

const FIELDS = {
  'user-agent': 'AppleCoreMedia/1.0.0.24G84 (Macintosh; U; Intel Mac OS X 15_6; en_us)',
  accept: '*/*',
  'accept-language': 'en-US,en;q=0.9',
  'accept-encoding': 'identity',
  'x-playback-session-id': '6C1A6E0B-9D0E-4B57-8B0C-0D0C5F0F4C11',
}

/** The manner of a `<video>`, which requests two bytes to see whether the server supports ranges. */
export const resumeLikeSafari = resumeDrill(
  'resume-like-safari',
  {
    client: 'Safari',
    probe: { ...FIELDS, range: 'bytes=0-1' },
    first: (size) => ({ ...FIELDS, range: `bytes=0-${size - 1}` }),
    resume: ({ offset, size }) => ({ ...FIELDS, range: `bytes=${offset}-${size - 1}` }),
  },
  {
    resumesBy: 'probes `bytes=0-1`, then sends `Range: bytes=N-M` alone',
    harm: 'Video does not play, or stops where the connection was cut, on iPhone, iPad and in Safari.',
  },
)

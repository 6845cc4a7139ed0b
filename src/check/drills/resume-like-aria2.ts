import { resumeDrill } from './resume-drill.js'

const FIELDS = {
  'user-agent': 'aria2/1.37.0',
  'accept-encoding': undefined,
  'want-digest': 'SHA-512;q=1, SHA-256;q=1, SHA;q=0.1',
}

export const resumeLikeAria2 = resumeDrill(
  'resume-like-aria2',
  {
    client: 'aria2',
    first: () => ({
      ...FIELDS,
      accept: '*/*,application/metalink4+xml,application/metalink+xml',
    }),
    resume: ({ offset, size }) => ({
      ...FIELDS,
      accept: '*/*',
      range: `bytes=${offset}-${size - 1}`,
    }),
  },
  {
    resumesBy: 'sends `Range: bytes=N-M` with Want-Digest',
    harm: 'aria2c stops with "Invalid range header", and has no second connection for one file.',
  },
)

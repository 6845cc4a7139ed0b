import { resumeDrill } from './resume-drill.js'

const FIELDS = { 'user-agent': 'Wget/1.25.0', accept: '*/*', 'accept-encoding': 'identity' }

export const resumeLikeWget = resumeDrill(
  'resume-like-wget',
  {
    client: 'wget',
    first: () => FIELDS,
    resume: ({ offset }) => ({ ...FIELDS, range: `bytes=${offset}-` }),
  },
  {
    resumesBy: 'sends `Range: bytes=N-` alone',
    harm: 'wget, which retries by itself, skips what it has of a 200 and receives it all again, or writes wrong bytes.',
  },
)

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
    harm: 'wget receives a 200 from its first byte again, and writes the bytes of another place into the file.',
  },
)
